"""Training: the micro base model from scratch, and the arms (methods) from a base model.

Rows become token ids with a segment kind for every token (`encode`), are laid out in steps (`plan`), and are trained on
by transformers' Trainer with losses kept apart by segment (`loop`). Checkpoints belong to a run key.
"""

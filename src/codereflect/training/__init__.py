"""Training: the micro base model from scratch, and the arms (methods) from a base model.

Rows become token ids and spans (`encode`), are laid out in steps (`plan`), and are trained on by transformers' Trainer
(`loop`) with losses kept apart by label and segment (`losslog`). Checkpoints belong to a run key.
"""

"""Does training a code model on its own mistakes beat plain fine-tuning, by how much, how surely, at what cost?"""

__version__ = "0.1.0"

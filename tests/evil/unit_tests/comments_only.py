# nothing but words
"""Tests of clamp."""
# TODO

"""Mistakes made in programs: where, which, and how the text is patched."""

"""A finished run: its files, its table of verdicts, its history in git."""

"""Arguments for a function, made up: guessed from its text, at its bounds, or of the right type."""

"""Finished experiments as files in git, and their view in MLflow."""

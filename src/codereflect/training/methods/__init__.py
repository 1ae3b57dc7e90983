"""The training methods, each over the same loop."""

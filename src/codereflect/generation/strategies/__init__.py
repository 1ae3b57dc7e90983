"""What a model is shown for a problem (`default`: the plain prompt)."""

"""What draws answers from a model: in this process group (`local`)."""

"""Generated unit tests, run against several implementations (`worker` and `broker` lead)."""

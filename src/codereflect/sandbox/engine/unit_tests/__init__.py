"""Generated unit tests, run against several implementations (`lane` and `broker` lead)."""

"""Where examples come from. One folder a corpus; `micro` is generated, needs no download."""

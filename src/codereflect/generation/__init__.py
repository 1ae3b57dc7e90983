"""Generation: models and the answers they give. Models are loaded (`loading`), prompted (`strategies`), run in batches
that survive a kill (`engine`); code is cut out of what they say (`extraction`).
"""

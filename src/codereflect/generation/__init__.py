"""Generation: the answers that models give. They are prompted (`strategies`) and run in batches that survive a kill
(`engines`).
"""

"""A problem and an answer -> a verdict: the code in an answer, the whole program, the check, and what is kept of it."""

"""How good a generated unit test is: what its text shows, what running it on mutants shows, and the reward."""

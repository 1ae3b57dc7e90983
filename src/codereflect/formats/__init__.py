"""Other people's files: the problems of the public suites as they are distributed, and models' answers to them."""

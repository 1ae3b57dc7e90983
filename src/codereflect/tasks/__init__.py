"""What is asked of the model, and how good the tests are that check an answer."""

"""Mistakes -> explanations -> training rows.

- `rules/`: the teacher without a language model: facts about a mistake, put into words
- `annotate`: all attempts of a run
- `teacher`: who explains; more than one can
- `training_rows`: training rows out of explanations, laid out by `prompts/`, and which are held out
"""

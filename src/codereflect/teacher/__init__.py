"""Mistakes -> explanations -> training documents.

- `source`, `expressions`, `differences`: attempts and references as texts and trees, and how they differ
- `clauses`: which words of a task ask for which statement
- `facts`: what is known about a wrong attempt
- `rules`, `templates`, `prompts/`: the teacher without a language model
- `checks`: does an explanation fit the facts
- `annotate`: all attempts of a run
- `documents`: training rows, and which are held out
"""

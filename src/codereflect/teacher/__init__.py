"""Mistakes -> explanations -> training documents.

- `source`, `expressions`, `differences`, `alignment`: attempts and references as texts and trees, and how they differ
- `java_tree`, `java_statements`, `java_expressions`, `java_differences`, `java_facts`: the same of Java
- `clauses`: which words of a task ask for which statement
- `facts`: what is known about a wrong attempt
- `rules`, `templates`, `prompts/`: the teacher without a language model
- `checks`: does an explanation fit the facts
- `annotate`: all attempts of a run
- `teacher`: who explains; more than one can
- `training_rows`: training rows by label, and which are held out
"""

"""Track B's five instruction tasks over mined functions, with gold answers that no language model wrote.

`examples.instruction_examples` makes them all. One module a task (`docstring`, `explain`, `bugfix`, `complete`,
`unit_test`); the wordings are in `tasks/prompts/`. What a gold answer says comes from the function's source, from its
own docstring, or from its recorded answers (`recording`).
"""

"""The files of a run that people read: its card, tables, curves and costs."""

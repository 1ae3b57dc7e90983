"""How finished runs differ: paired statistics over tasks and seeds, power, tables, plots. Reads files only."""

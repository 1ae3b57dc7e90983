"""The commands. One module each, imported only when its command is called."""

"""Runs untrusted Java. `client` and `jdk` belong to the caller; `worker`, `launcher` and `verdicts` to the controller.

Per worker: a controller started by exec; below it a compiler and the machines that run one program each, in
confinements of their own. `host/` holds what these run: our Java sources and the rules of what a program may use.
Nothing is imported here: the controller's process loads this package without the rest.
"""

"""The processes of the sandbox: standard library only, started by exec, never imported by stages.

`worker` (controller) forks `zygote` and `checker`, each inside its own confinement (`confine`, `seccomp`); the zygote
forks one `candidate` per program. Candidate and checker speak through one socket in the format of `wire`.
"""

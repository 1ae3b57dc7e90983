"""Programs as texts: their syntax, literals, mutants, made-up inputs, and what they answer on those."""

"""Verdicts and texts become metrics: pass@k, exact match, BLEU, syntax. Nothing is executed here."""

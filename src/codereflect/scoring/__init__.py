"""Verdicts and texts become metrics (docs/metrics.md). Only `executed` runs programs, in the sandbox."""

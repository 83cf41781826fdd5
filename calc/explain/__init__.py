"""What other formulas would print for the same answers, and which formula a printed value came from."""

from calc.explain.compare import OURS, Match, Origin, Other, explain, origin

__all__ = ["OURS", "Match", "Origin", "Other", "explain", "origin"]

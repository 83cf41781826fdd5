"""Benchmarks: the toolkit beside its limits and its peers, in alternating rounds of one run (`make bench`)."""

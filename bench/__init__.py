"""What users wait for, measured: one row of `bench.rows` each. ``make bench``, or ``python -m bench --help``."""

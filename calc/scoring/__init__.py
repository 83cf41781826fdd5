"""The index: tally, element means, weights, conversion, grade, interval, roll-up."""

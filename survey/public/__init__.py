"""Published results for everybody, as pages and as open data."""

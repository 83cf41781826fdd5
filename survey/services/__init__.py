"""What the toolkit does for pages, papers and commands: results, report data, checks."""

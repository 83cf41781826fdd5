"""What papers say: words, tables and charts of a `Result` or of `ReportData`, before any of them is drawn."""

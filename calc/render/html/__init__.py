"""Document to one HTML page."""

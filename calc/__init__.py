"""Numbers and papers of the community satisfaction survey: no web, no database, no clock."""

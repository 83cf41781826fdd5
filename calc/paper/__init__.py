"""What the papers say: words, tables and pictures of a Result or a Dossier, before any of them is drawn."""

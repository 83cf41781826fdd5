"""What is asked: questionnaires as TOML files, and how they are read."""

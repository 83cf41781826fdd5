"""One PostgreSQL database."""

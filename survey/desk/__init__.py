"""Pages of the unit head and the secretariat, under /meja: results, links, accounts, the organisation."""

from survey.desk import downloads, entry, links, office, people, reading
from survey.desk.guard import bp

__all__ = ["bp", "downloads", "entry", "links", "office", "people", "reading"]

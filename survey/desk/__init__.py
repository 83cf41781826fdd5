"""Pages of the unit head and the secretariat, under /meja: results, links, accounts, the organisation."""

from survey.desk import arrivals, downloads, entry, follow_up, links, office, papers, people, reading, texts
from survey.desk.guard import bp

__all__ = [
    "arrivals",
    "bp",
    "downloads",
    "entry",
    "follow_up",
    "links",
    "office",
    "papers",
    "people",
    "reading",
    "texts",
]

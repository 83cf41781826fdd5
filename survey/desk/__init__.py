"""Pages of the unit head and the secretariat, under /meja: results, links, accounts, the organisation."""

from survey.desk import (
    accounts,
    arrivals,
    downloads,
    follow_ups,
    links,
    login,
    organisation,
    papers,
    results,
    texts,
)
from survey.desk.access import bp

__all__ = [
    "accounts",
    "arrivals",
    "bp",
    "downloads",
    "follow_ups",
    "links",
    "login",
    "organisation",
    "papers",
    "results",
    "texts",
]

"""Commands about units, services, counters, links, people and periods."""

"""What the toolkit is about: organisation, links, responses, periods, accounts. No storage, no web."""

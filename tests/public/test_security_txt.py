"""Where a weakness is reported, and what search engines are asked to leave alone."""

from __future__ import annotations

from dataclasses import replace

from survey.app import create_app


def with_contact(config, store, clock, contact):
    values = {**config.values, "SECURITY_CONTACT": contact}
    return create_app(replace(config, values=values), store=store, clock=clock).test_client()


def test_the_contact_of_the_office_is_published_as_rfc_9116_wants(config, store, clock):
    reply = with_contact(config, store, clock, "mailto:keamanan@contoh.go.id").get(
        "/.well-known/security.txt"
    )
    assert reply.status_code == 200
    assert reply.content_type == "text/plain; charset=utf-8"  # section 3
    lines = dict(line.split(": ", 1) for line in reply.text.splitlines())
    assert lines["Contact"] == "mailto:keamanan@contoh.go.id"
    assert lines["Expires"] == "2027-02-08T00:00:00Z"  # 12 August 2026 and 180 days: less than a year
    assert lines["Canonical"].endswith("/.well-known/security.txt")


def test_without_a_contact_there_is_no_such_page(client):
    assert client.get("/.well-known/security.txt").status_code == 404


def test_search_engines_are_kept_from_forms_and_desk(client):
    reply = client.get("/robots.txt")
    assert reply.status_code == 200 and reply.content_type.startswith("text/plain")
    assert "Disallow: /s/" in reply.text and "Disallow: /meja/" in reply.text

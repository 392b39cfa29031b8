"""Who may do what, stated a second time in plain words; every route tried by every role; the refused write nothing."""

from __future__ import annotations

import pytest

from matcha.api import access
from matcha.callers import AccountRole
from tests import staging
from tests.asking import Operation
from tests.town import ROLES

EVERYBODY = "public supplier coordinator organiser procurement_officer administrator"
SIGNED_IN = "supplier coordinator organiser procurement_officer administrator"
INSIDE = "coordinator organiser procurement_officer administrator"
STAFF = "coordinator organiser"

RULES: tuple[tuple[str, str, str], ...] = (  # in words; who; what
    ("Anybody may see whether matcha is up.", EVERYBODY, "GET /v1/health, GET /v1/ready"),
    ("Its counts are the administrator's.", "administrator", "GET /metrics"),
    (
        "Anybody may come in, go out and see who they are.",
        EVERYBODY,
        "POST /v1/session, GET /v1/session, DELETE /v1/session, GET /v1/session/oidc, GET /v1/session/oidc/callback, "
        "POST /v1/passwords",
    ),
    (
        "Accounts are made, changed and erased by administrators.",
        "administrator",
        "GET /v1/accounts, POST /v1/accounts, GET /v1/accounts/{id}, PATCH /v1/accounts/{id}, "
        "DELETE /v1/accounts/{id}, POST /v1/accounts/{id}/invitation",
    ),
    ("Whoever has an account has keys of their own.", SIGNED_IN, "GET /v1/keys, POST /v1/keys, DELETE /v1/keys/{id}"),
    (
        "Anybody may read published needs, their attachments, what came of them, and subscribe to a feed.",
        EVERYBODY,
        "GET /v1/needs, GET /v1/needs/{id}, GET /v1/needs/{id}/attachments, GET /v1/needs/{id}/attachments/{number}, "
        "GET /v1/needs/{id}/outcomes, GET /v1/needs/{id}/graph, GET /v1/exports/needs, GET /v1/feeds/needs.atom",
    ),
    (
        "Anybody may have the open data, and harvest the catalogue that tells of it.",
        EVERYBODY,
        "GET /v1/open-data/needs.json, GET /v1/open-data/needs.csv, GET /v1/open-data/catalogue.rdf, "
        "GET /v1/open-data/catalogue.jsonld, GET /v1/open-data/catalogue.ttl",
    ),
    (
        "Coordinators and organisers register needs, ask what resembles them, and take them on.",
        STAFF,
        "POST /v1/needs, POST /v1/needs/{id}/states, POST /v1/similar-needs",
    ),
    (
        "Only coordinators change what a need says, what it is for, what of it is secret, and attach files.",
        "coordinator",
        "PUT /v1/needs/{id}, PUT /v1/needs/{id}/purpose, POST /v1/needs/{id}/secrecy, POST /v1/needs/{id}/attachments",
    ),
    (
        "The procurement officer says when a procurement begins and ends, as a coordinator may.",
        "coordinator procurement_officer",
        "PUT /v1/needs/{id}/lock",
    ),
    (
        "All on the authority's side read what has happened, and the order of screening.",
        INSIDE,
        "GET /v1/needs/{id}/acts, GET /v1/needs/{id}/dossier, GET /v1/need-groups, GET /v1/screening, "
        "GET /v1/judgements, GET /v1/judgements/export, GET /v1/decisions, GET /v1/log/entries/{leaf_index}/receipt, "
        "GET /v1/people",
    ),
    (
        "How criteria are weighted, and how relevance is judged, is open to all.",
        EVERYBODY,
        "GET /v1/weightings, GET /v1/judgements/instructions",
    ),
    (
        "Coordinators weight the criteria, score needs and judge relevance.",
        "coordinator",
        "POST /v1/weightings, POST /v1/needs/{id}/scores, POST /v1/needs/{id}/judgements",
    ),
    (
        "Suppliers show interest and ask questions.",
        "supplier",
        "POST /v1/needs/{id}/interests, POST /v1/needs/{id}/questions",
    ),
    ("Suppliers and hosts take part in threads.", f"supplier {STAFF}", "POST /v1/needs/{id}/posts"),
    (
        "Coordinators and organisers answer, meet, hold events and pass on feedback.",
        STAFF,
        "POST /v1/needs/{id}/answers, POST /v1/needs/{id}/meetings, POST /v1/needs/{id}/events, "
        "POST /v1/needs/{id}/feedback",
    ),
    (
        "Coordinators put people in touch, and record solutions, their use and their effect.",
        "coordinator",
        "POST /v1/needs/{id}/contacts, POST /v1/needs/{id}/solutions, POST /v1/needs/{id}/implementations, "
        "POST /v1/needs/{id}/effects",
    ),
    (
        "Whoever handles needs or procurements declares interests of their own.",
        f"{STAFF} procurement_officer",
        "POST /v1/needs/{id}/declarations",
    ),
    (
        "The dialogue, and contacts, are seen by parties.",
        SIGNED_IN,
        "GET /v1/needs/{id}/dialogue, GET /v1/needs/{id}/contacts",
    ),
    (
        "Coordinators and organisers compose, draw, arrange, plan and hold forums, and write the letters.",
        STAFF,
        "POST /v1/needs/{id}/forums, POST /v1/forums/{forum}/draw, POST /v1/forums/{forum}/arrangement, "
        "POST /v1/forums/{forum}/programme, POST /v1/forums/{forum}/invitations, "
        "POST /v1/forums/{forum}/replacements, POST /v1/forums/{forum}/changes, POST /v1/forums/{forum}/meetings, "
        "POST /v1/forums/{forum}/notes, POST /v1/forums/{forum}/outcomes, POST /v1/forums/{forum}/closing, "
        "GET /v1/forums/{forum}/letters",
    ),
    (
        "All on the authority's side read forums and their files.",
        INSIDE,
        "GET /v1/forums/{forum}, GET /v1/forums/{forum}/files/{name}",
    ),
    (
        "What a draw is made from is for those who hold forums, and for procurement officers to check.",
        f"{STAFF} procurement_officer",
        "GET /v1/forums/{forum}/composition",
    ),
    ("A list of forums tells suppliers of those that concern them.", SIGNED_IN, "GET /v1/needs/{id}/forums"),
    ("A supplier reads what of a forum is its own.", "supplier", "GET /v1/forums/{forum}/own"),
    (
        "Suppliers answer invitations, and say what a forum gave; hosts note it for them.",
        f"supplier {STAFF}",
        "POST /v1/forums/{forum}/replies, POST /v1/forums/{forum}/values",
    ),
    (
        "Anybody may read who is registered, and with what profiles.",
        EVERYBODY,
        "GET /v1/actors, GET /v1/actors/{id}, GET /v1/profiles, GET /v1/profiles/{id}",
    ),
    (
        "Suppliers propose, renew and withdraw profiles of their own; coordinators any.",
        "supplier coordinator",
        "POST /v1/proposals, POST /v1/proposals/{number}/rulings, POST /v1/profiles/{id}/renewal, "
        "DELETE /v1/profiles/{id}",
    ),
    (
        "Suppliers read their own proposals, matches and receipts; the authority's side reads all.",
        SIGNED_IN,
        "GET /v1/proposals, GET /v1/proposals/{number}, GET /v1/profiles/{id}/considerations, "
        "GET /v1/profiles/{id}/receipts/{leaf_index}",
    ),
    (
        "Which needs a profile fits is seen by its owner, coordinators and procurement officers.",
        "supplier coordinator procurement_officer",
        "GET /v1/profiles/{id}/needs",
    ),
    ("Files are taken in by coordinators and administrators.", "coordinator administrator", "POST /v1/imports"),
    ("Whoever has an account reads their own subscriptions.", SIGNED_IN, "GET /v1/subscriptions"),
    (
        "Whoever has an account subscribes, but procurement officers, who change nothing but locks.",
        "supplier coordinator organiser administrator",
        "POST /v1/subscriptions, DELETE /v1/subscriptions/{number}",
    ),
    (
        "Coordinators and organisers match, decide, invite and set long jobs to work.",
        STAFF,
        "POST /v1/matches, POST /v1/decisions, POST /v1/needs/{id}/invitation-lists, GET /v1/jobs, POST /v1/jobs, "
        "GET /v1/jobs/{id}, DELETE /v1/jobs/{id}, GET /v1/jobs/{id}/results",
    ),
    ("Suppliers have their own places explained; hosts any.", f"supplier {STAFF}", "POST /v1/explanations"),
    (
        "The log and the neutrality report are open to all.",
        EVERYBODY,
        "GET /v1/log/checkpoint, GET /v1/log/keys, GET /v1/log/entries, GET /v1/log/entries/{leaf_index}, "
        "GET /v1/log/entries/{leaf_index}/proof, GET /v1/log/consistency, GET /v1/neutrality",
    ),
    (
        "Coordinators, procurement officers and administrators replay matches and audit the log.",
        "coordinator procurement_officer administrator",
        "GET /v1/log/entries/{leaf_index}/replay, GET /v1/log/audit",
    ),
    ("Coordinators order neutrality reports.", "coordinator", "POST /v1/neutrality"),
    ("Administrators erase, by a decision.", "administrator", "POST /v1/erasures"),
    ("Anybody may ask for erasure, accessibility or privacy.", EVERYBODY, "POST /v1/requests"),
    (
        "Administrators read what is asked, and say what was done.",
        "administrator",
        "GET /v1/requests, POST /v1/requests/{number}/settlement",
    ),
)


def _operation(text: str) -> Operation:
    method, _, path = text.strip().partition(" ")
    return method, path


STATED = {_operation(one): frozenset(who.split()) for _, who, what in RULES for one in what.split(",")}
OWN = frozenset({("DELETE", "/v1/keys/{id}"), ("DELETE", "/v1/subscriptions/{number}")})  # of another: 404, not 403
HIDDEN = frozenset({("DELETE", "/v1/jobs/{id}"), ("GET", "/v1/jobs/{id}"), ("GET", "/v1/jobs/{id}/results")})


def test_the_table_is_what_is_stated_and_names_every_route_once() -> None:
    said = [_operation(one) for _, _, what in RULES for one in what.split(",")]
    assert len(said) == len(set(said))
    assert {operation: frozenset(map(str, who)) for operation, who in access.ACCESS.items()} == STATED
    assert set(access.operations(staging.app())) == set(STATED)


@pytest.mark.parametrize("operation", sorted(STATED), ids=" ".join)
def test_whoever_is_not_named_is_refused_and_writes_nothing(operation: Operation) -> None:
    matcha = staging.fresh()
    before, tables = matcha.size(), staging.contents(matcha)
    for role in set(ROLES) - STATED[operation]:
        assert (role, staging.send(operation, role).status_code) == (role, 403)
    if AccountRole.PUBLIC not in STATED[operation]:
        refused = staging.send(operation, None)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert (matcha.size(), staging.contents(matcha)) == (before, tables)


@pytest.mark.parametrize(("operation", "role"), [
    (operation, role) for operation, who in sorted(STATED.items()) for role in sorted(who)
], ids=lambda one: one if isinstance(one, str) else " ".join(one))  # fmt: skip
def test_whoever_is_named_is_let_in(operation: Operation, role: str) -> None:
    staging.fresh()
    answer = staging.send(operation, None if role == AccountRole.PUBLIC else role)
    assert answer.status_code not in (401, 403), answer.text
    if operation not in OWN | HIDDEN | staging.ELSEWHERE:
        assert answer.status_code < 300, answer.text

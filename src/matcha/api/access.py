"""Who may do what: one table of route × role. What is not in it does not exist: the app does not start with it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from matcha.api.caller import TheCaller
from matcha.callers import AccountRole
from matcha.errors import Forbidden, Unauthenticated

PUBLIC, SUPPLIER, COORDINATOR, ORGANISER, OFFICER, ADMINISTRATOR = AccountRole
ANYONE = frozenset(AccountRole)
SIGNED_IN = ANYONE - {PUBLIC}
STAFF = frozenset({COORDINATOR, ORGANISER})
READERS = STAFF | {OFFICER, ADMINISTRATOR}  # who sees the process from the inside
PARTIES = READERS | {SUPPLIER}  # a supplier sees what is its own, and the dialogue it takes part in
OWNERS = frozenset({SUPPLIER, COORDINATOR})
COORDINATORS = frozenset({COORDINATOR})
LOCKERS = frozenset({COORDINATOR, OFFICER})
AUDITORS = frozenset({COORDINATOR, OFFICER, ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})

ACCESS: dict[tuple[str, str], frozenset[AccountRole]] = {
    ("GET", "/v1/health"): ANYONE,
    ("GET", "/v1/ready"): ANYONE,
    ("GET", "/metrics"): ADMINISTRATORS,
    # who somebody is
    ("POST", "/v1/session"): ANYONE,
    ("GET", "/v1/session"): ANYONE,
    ("DELETE", "/v1/session"): ANYONE,
    ("GET", "/v1/session/oidc"): ANYONE,
    ("GET", "/v1/session/oidc/callback"): ANYONE,
    ("POST", "/v1/passwords"): ANYONE,
    ("GET", "/v1/accounts"): ADMINISTRATORS,
    ("POST", "/v1/accounts"): ADMINISTRATORS,
    ("GET", "/v1/accounts/{id}"): ADMINISTRATORS,
    ("PATCH", "/v1/accounts/{id}"): ADMINISTRATORS,
    ("DELETE", "/v1/accounts/{id}"): ADMINISTRATORS,
    ("POST", "/v1/accounts/{id}/invitation"): ADMINISTRATORS,
    ("GET", "/v1/people"): READERS,
    ("GET", "/v1/keys"): SIGNED_IN,
    ("POST", "/v1/keys"): SIGNED_IN,
    ("DELETE", "/v1/keys/{id}"): SIGNED_IN,
    # needs
    ("GET", "/v1/needs"): ANYONE,
    ("POST", "/v1/needs"): STAFF,
    ("GET", "/v1/needs/{id}"): ANYONE,
    ("PUT", "/v1/needs/{id}"): COORDINATORS,
    ("POST", "/v1/needs/{id}/states"): STAFF,
    ("PUT", "/v1/needs/{id}/purpose"): COORDINATORS,
    ("PUT", "/v1/needs/{id}/lock"): LOCKERS,
    ("POST", "/v1/needs/{id}/secrecy"): COORDINATORS,
    ("GET", "/v1/needs/{id}/acts"): READERS,
    ("GET", "/v1/needs/{id}/attachments"): ANYONE,
    ("POST", "/v1/needs/{id}/attachments"): COORDINATORS,
    ("GET", "/v1/needs/{id}/attachments/{number}"): ANYONE,
    ("POST", "/v1/similar-needs"): STAFF,
    ("GET", "/v1/need-groups"): READERS,
    ("GET", "/v1/exports/needs"): ANYONE,
    ("GET", "/v1/open-data/needs.json"): ANYONE,
    ("GET", "/v1/open-data/needs.csv"): ANYONE,
    ("GET", "/v1/open-data/catalogue.rdf"): ANYONE,
    ("GET", "/v1/open-data/catalogue.jsonld"): ANYONE,
    ("GET", "/v1/open-data/catalogue.ttl"): ANYONE,
    # screening
    ("GET", "/v1/weightings"): ANYONE,
    ("POST", "/v1/weightings"): COORDINATORS,
    ("POST", "/v1/needs/{id}/scores"): COORDINATORS,
    ("GET", "/v1/screening"): READERS,
    # dialogue
    ("POST", "/v1/needs/{id}/interests"): frozenset({SUPPLIER}),
    ("POST", "/v1/needs/{id}/questions"): frozenset({SUPPLIER}),
    ("POST", "/v1/needs/{id}/answers"): STAFF,
    ("POST", "/v1/needs/{id}/posts"): STAFF | {SUPPLIER},
    ("POST", "/v1/needs/{id}/contacts"): COORDINATORS,
    ("GET", "/v1/needs/{id}/contacts"): PARTIES,
    ("POST", "/v1/needs/{id}/meetings"): STAFF,
    ("POST", "/v1/needs/{id}/events"): STAFF,
    ("POST", "/v1/needs/{id}/declarations"): STAFF | {OFFICER},
    ("GET", "/v1/needs/{id}/dialogue"): PARTIES,
    ("GET", "/v1/needs/{id}/dossier"): READERS,
    # from solution to effect to need
    ("POST", "/v1/needs/{id}/solutions"): COORDINATORS,
    ("POST", "/v1/needs/{id}/implementations"): COORDINATORS,
    ("POST", "/v1/needs/{id}/feedback"): STAFF,
    ("POST", "/v1/needs/{id}/effects"): COORDINATORS,
    ("GET", "/v1/needs/{id}/outcomes"): ANYONE,
    ("GET", "/v1/needs/{id}/graph"): ANYONE,
    ("POST", "/v1/needs/{id}/judgements"): COORDINATORS,
    ("GET", "/v1/judgements"): READERS,
    ("GET", "/v1/judgements/instructions"): ANYONE,
    ("GET", "/v1/judgements/export"): READERS,
    # forums
    ("POST", "/v1/needs/{id}/forums"): STAFF,
    ("GET", "/v1/needs/{id}/forums"): PARTIES,
    ("GET", "/v1/forums/{forum}"): READERS,
    ("GET", "/v1/forums/{forum}/own"): frozenset({SUPPLIER}),
    ("GET", "/v1/forums/{forum}/composition"): STAFF | {OFFICER},
    ("GET", "/v1/forums/{forum}/files/{name}"): READERS,
    ("GET", "/v1/forums/{forum}/letters"): STAFF,
    ("POST", "/v1/forums/{forum}/draw"): STAFF,
    ("POST", "/v1/forums/{forum}/arrangement"): STAFF,
    ("POST", "/v1/forums/{forum}/programme"): STAFF,
    ("POST", "/v1/forums/{forum}/invitations"): STAFF,
    ("POST", "/v1/forums/{forum}/replies"): STAFF | {SUPPLIER},
    ("POST", "/v1/forums/{forum}/replacements"): STAFF,
    ("POST", "/v1/forums/{forum}/changes"): STAFF,
    ("POST", "/v1/forums/{forum}/meetings"): STAFF,
    ("POST", "/v1/forums/{forum}/notes"): STAFF,
    ("POST", "/v1/forums/{forum}/outcomes"): STAFF,
    ("POST", "/v1/forums/{forum}/values"): STAFF | {SUPPLIER},
    ("POST", "/v1/forums/{forum}/closing"): STAFF,
    # actors and profiles
    ("GET", "/v1/actors"): ANYONE,
    ("GET", "/v1/actors/{id}"): ANYONE,
    ("GET", "/v1/profiles"): ANYONE,
    ("GET", "/v1/profiles/{id}"): ANYONE,
    ("DELETE", "/v1/profiles/{id}"): OWNERS,
    ("POST", "/v1/profiles/{id}/renewal"): OWNERS,
    ("GET", "/v1/profiles/{id}/considerations"): PARTIES,
    ("GET", "/v1/profiles/{id}/receipts/{leaf_index}"): PARTIES,
    ("GET", "/v1/profiles/{id}/needs"): OWNERS | {OFFICER},
    ("GET", "/v1/proposals"): PARTIES,
    ("POST", "/v1/proposals"): OWNERS,
    ("GET", "/v1/proposals/{number}"): PARTIES,
    ("POST", "/v1/proposals/{number}/rulings"): OWNERS,
    ("POST", "/v1/imports"): COORDINATORS | ADMINISTRATORS,
    ("GET", "/v1/subscriptions"): SIGNED_IN,
    ("POST", "/v1/subscriptions"): SIGNED_IN - {OFFICER},
    ("DELETE", "/v1/subscriptions/{number}"): SIGNED_IN - {OFFICER},
    ("GET", "/v1/feeds/needs.atom"): ANYONE,
    # matching
    ("POST", "/v1/matches"): STAFF,
    ("POST", "/v1/explanations"): STAFF | {SUPPLIER},
    ("GET", "/v1/decisions"): READERS,
    ("POST", "/v1/decisions"): STAFF,
    ("POST", "/v1/needs/{id}/invitation-lists"): STAFF,
    ("GET", "/v1/jobs"): STAFF,
    ("POST", "/v1/jobs"): STAFF,
    ("GET", "/v1/jobs/{id}"): STAFF,
    ("DELETE", "/v1/jobs/{id}"): STAFF,
    ("GET", "/v1/jobs/{id}/results"): STAFF,
    # the log
    ("GET", "/v1/log/checkpoint"): ANYONE,
    ("GET", "/v1/log/keys"): ANYONE,
    ("GET", "/v1/log/entries"): ANYONE,
    ("GET", "/v1/log/entries/{leaf_index}"): ANYONE,
    ("GET", "/v1/log/entries/{leaf_index}/proof"): ANYONE,
    ("GET", "/v1/log/entries/{leaf_index}/receipt"): READERS,
    ("GET", "/v1/log/entries/{leaf_index}/replay"): AUDITORS,
    ("GET", "/v1/log/consistency"): ANYONE,
    ("GET", "/v1/log/audit"): AUDITORS,
    ("GET", "/v1/neutrality"): ANYONE,
    ("POST", "/v1/neutrality"): COORDINATORS,
    ("POST", "/v1/erasures"): ADMINISTRATORS,
    ("POST", "/v1/requests"): ANYONE,
    ("GET", "/v1/requests"): ADMINISTRATORS,
    ("POST", "/v1/requests/{number}/settlement"): ADMINISTRATORS,
}


def allowed(request: Request, caller: TheCaller) -> None:
    """Let a caller through whom the table names. Raises Unauthenticated for the public, Forbidden for others."""
    who = ACCESS[request.method.replace("HEAD", "GET"), request.scope["route"].path]
    if caller.is_any(*who):
        return
    if caller.account_id is None:
        raise Unauthenticated("Logga in, eller ange en API-nyckel.", "Sign in, or give an API key.")
    names = ", ".join(sorted(role for role in who if role is not PUBLIC))
    raise Forbidden(f"Det här får bara {names} göra.", f"Only {names} may do this.")


def operations(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Give the method and path of every operation."""
    for route in iter_route_contexts(app.routes):  # an included router is one route of the app's, with its own inside
        if isinstance(route.original_route, APIRoute):
            yield from ((method, str(route.path)) for method in sorted(route.methods or ()))


def refuse_unknown(app: FastAPI) -> None:
    """Stop the app from starting unless table and routes are the same."""
    if differing := set(operations(app)) ^ ACCESS.keys():
        raise AssertionError(f"routes and the table of access differ: {sorted(differing)}")

"""One good request for every operation, on the town of `tests.town`: it succeeds for whoever may make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.people import PASSWORD
from tests.town import DONE, HOSTED, MINE, TALK, THEIRS, Town

Operation = tuple[str, str]
REASON = "Så blev det bestämt."
_FILE = ("bilaga.txt", b"Lite text om behovet.", "text/plain")
_ROWS = ("needs.json", b'{"needs": [{"id": "n-file", "title": "Nytt behov", "text": "Texten."}]}', "application/json")


@dataclass(frozen=True)
class Ask:
    """What is sent: `path` holds what the template's braces stand for."""

    path: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes, str] | None = None


def asks(town: Town) -> dict[Operation, Ask]:
    """Give the request of every operation that needs more than its path."""
    found: dict[Operation, Ask] = {}
    for template, of in _ids(town).items():
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            found[method, template] = Ask(of)
    for (method, template), body in _bodies(town).items():
        found[method, template] = Ask(found.get((method, template), Ask()).path, body)
    uploads = "/v1/needs/{id}/attachments"
    found["POST", uploads] = Ask({"id": TALK}, data={"analysis": "other"}, file=_FILE)
    found["POST", "/v1/imports"] = Ask(file=_ROWS)
    found["GET", "/v1/log/consistency"] = Ask(query={"old": 1})
    letter, said = "/v1/forums/{forum}/letters", {"actor": MINE, "sender": "Regionen", "contact": "forum@vard.example"}
    found["GET", letter] = Ask(found["GET", letter].path, query={**said, "reply_by": "2026-05-20"})
    return found


def _ids(town: Town) -> dict[str, dict[str, Any]]:
    match, entry = town.ids["match"][0], "/v1/log/entries/{leaf_index}"
    return {
        **{f"/v1/needs/{{id}}{under}": {"id": id} for under, id in _NEEDS.items()},
        "/v1/needs/{id}/attachments/{number}": {"id": TALK, "number": town.ids["attachment"][0]},
        "/v1/accounts/{id}": {"id": town.accounts["spare"]},
        "/v1/accounts/{id}/invitation": {"id": town.accounts["spare"]},
        "/v1/keys/{id}": {"id": town.key_ids["spare"]},
        "/v1/actors/{id}": {"id": MINE},
        **{f"/v1/profiles/{{id}}{under}": {"id": "p-mine"} for under in ("", "/renewal", "/considerations", "/needs")},
        "/v1/profiles/{id}/receipts/{leaf_index}": {"id": "p-mine", "leaf_index": match},
        "/v1/proposals/{number}": {"number": town.ids["proposal"][1]},
        "/v1/proposals/{number}/rulings": {"number": town.ids["proposal"][1]},
        "/v1/subscriptions/{number}": {"number": town.ids["subscription"][-1]},
        "/v1/requests/{number}/settlement": {"number": town.ids["request"][0]},
        "/v1/jobs/{id}": {"id": town.ids["job"][2]},
        "/v1/jobs/{id}/results": {"id": town.ids["job"][0]},
        **{f"/v1/forums/{{forum}}{under}": {"forum": town.ids["forum"][1]} for under in _FORUMS},
        **{f"/v1/forums/{{forum}}{under}": {"forum": town.ids["forum"][0]} for under in ("/draw", "/closing")},
        "/v1/forums/{forum}/files/{name}": {"forum": town.ids["forum"][1], "name": "inbjudningar.csv"},
        **{f"{entry}{under}": {"leaf_index": match} for under in ("", "/proof", "/receipt", "/replay")},
    }


_NEEDS = {
    **dict.fromkeys(
        ("", "/acts", "/attachments", "/contacts", "/dialogue", "/dossier", "/outcomes", "/graph", "/secrecy"), TALK
    ),
    **dict.fromkeys(("/questions", "/answers", "/posts", "/meetings", "/events"), TALK),
    **dict.fromkeys(("/declarations", "/solutions", "/judgements", "/scores", "/purpose", "/lock", "/states"), TALK),
    **dict.fromkeys(("/implementations", "/feedback", "/effects"), DONE),
    "/invitation-lists": TALK,
    "/interests": "n-published",
    "/forums": HOSTED,
}
_FORUMS = (
    *("", "/own", "/composition", "/letters", "/arrangement", "/programme", "/invitations", "/replies"),
    *("/replacements", "/changes", "/meetings", "/notes", "/outcomes", "/values"),
)


def _bodies(town: Town) -> dict[Operation, Any]:
    solution, question = town.ids["solution"][0], town.ids["question"][0]
    need = {"title": "Bättre handhygien", "text": "Händerna spritas för sällan."}
    profile = {"id": "p-third", "actor_id": MINE, "title": "Mätning", "text": "Vi mäter handhygien."}
    on_solution = {"solution": solution}
    measured = {**on_solution, "number": 70, "unit": "infektioner", "period": "år", "text": "Det mättes."}
    weights = {"economic": 40, "political": 10, "technological": 20, "legal": 10, "climate": 20}
    return {
        ("POST", "/v1/session"): {"email": "spare@vard.example", "password": PASSWORD},
        ("POST", "/v1/passwords"): {"token": town.invitation, "password": "nio gula hästar i dimman"},
        ("POST", "/v1/accounts"): {"name": "Nils Ny", "email": "ny@vard.example", "roles": ["organiser"]},
        ("PATCH", "/v1/accounts/{id}"): {"name": "Sven Spar"},
        ("POST", "/v1/keys"): {"name": "Ett skript", "days": 30},
        ("POST", "/v1/needs"): {**need, "id": "n-new"},
        ("PUT", "/v1/needs/{id}"): need,
        ("POST", "/v1/needs/{id}/states"): {"state": "published", "reason": REASON},
        ("PUT", "/v1/needs/{id}/purpose"): {"purpose": "informing", "reason": REASON},
        ("PUT", "/v1/needs/{id}/lock"): {"locked": True, "reason": REASON},
        ("POST", "/v1/needs/{id}/secrecy"): {"field": "source", "secret": True, "reason": REASON},
        ("POST", "/v1/similar-needs"): {"text": "Händerna spritas för sällan."},
        ("POST", "/v1/weightings"): {"weights": weights, "reason": REASON},
        ("POST", "/v1/needs/{id}/scores"): {"criterion": "legal", "score": 4, "reason": REASON},
        ("POST", "/v1/needs/{id}/interests"): {"text": "Vi är med."},
        ("POST", "/v1/needs/{id}/questions"): {"text": "Hur många avdelningar gäller det?"},
        ("POST", "/v1/needs/{id}/answers"): {"question": question, "text": "Tolv avdelningar."},
        ("POST", "/v1/needs/{id}/posts"): {"title": "Teknik", "text": "Vilken teknik finns i dag?"},
        ("POST", "/v1/needs/{id}/contacts"): {"actor_id": MINE, "text": "Ring gärna."},
        ("POST", "/v1/needs/{id}/meetings"): {"actor_ids": [MINE], "held": "2026-03-02", "exchanged": "Vi sågs."},
        ("POST", "/v1/needs/{id}/events"): {
            "kind": "workshop",
            "title": "Träff",
            "starts": "2026-05-01T09:00:00Z",
            "place": "Umeå",
        },
        ("POST", "/v1/needs/{id}/declarations"): {"conflicted": False, "reason": REASON},
        ("POST", "/v1/needs/{id}/solutions"): {"title": "Sensorer", "text": "Valdes.", "decision": "Avtal 2"},
        ("POST", "/v1/needs/{id}/implementations"): {**on_solution, "unit": "Avdelning 4", "started": "2026-04-02"},
        ("POST", "/v1/needs/{id}/feedback"): {**on_solution, "party": "patient", "grade": 5, "text": "Bra."},
        ("POST", "/v1/needs/{id}/effects"): measured,
        ("POST", "/v1/needs/{id}/judgements"): {"profile_id": "p-theirs", "relevant": False, "reason": REASON},
        ("POST", "/v1/needs/{id}/forums"): {"rules": {"seats": [1, 9], "coverage": 0}, "reason": REASON},
        **{("POST", f"/v1/forums/{{forum}}{under}"): body for under, body in _STEPS.items()},
        ("POST", "/v1/proposals"): {"profile": profile},
        ("POST", "/v1/proposals/{number}/rulings"): {"ruling": "taken_back", "reason": REASON},
        ("POST", "/v1/subscriptions"): {"words": "hygien"},
        ("POST", "/v1/matches"): {"text": "Händerna spritas för sällan.", "k": 2},
        ("POST", "/v1/explanations"): {"profile_id": "p-mine", "need_id": TALK},
        ("POST", "/v1/decisions"): {"need_id": TALK, "actor_id": THEIRS, "choice": "invited", "reason": REASON},
        ("POST", "/v1/jobs"): {"questions": [{"need_id": TALK}, {"text": "Kortare kö.", "k": 1}]},
        ("POST", "/v1/neutrality"): {"k": 2, "sample": 2},
        ("POST", "/v1/requests"): {"kind": "accessibility", "text": "Knappen syns inte.", "page": "/behov"},
        ("POST", "/v1/requests/{number}/settlement"): {"outcome": "Åtgärdat."},
        ("POST", "/v1/erasures"): {"what": "profile", "id": "p-gone", "ground": "gdpr-17", "reference": "Dnr 1"},
    }


_TIMES = ["2026-06-08T09:00:00Z", "2026-06-08T10:00:00Z"]
_STEPS: dict[str, dict[str, Any]] = {
    "/draw": {"source": "dice", "said": "4 2 6 1 3 5 2 2 6 1", "witnesses": ["Vera Vittne"]},
    "/arrangement": {"mixing": "whole"},
    "/programme": {"starts": "2026-06-01T12:00:00Z", "place": "Umeå"},
    "/invitations": {"reason": REASON, "reply_by": "2026-05-20"},
    "/replies": {"actor_id": MINE, "reply": "accepted", "text": "Vi kommer.", "meeting_times": _TIMES},
    "/replacements": {"actor_id": MINE, "reason": REASON},
    "/changes": {"gone": [f"{MINE}/1"]},
    "/meetings": {"template": "Samma frågor.", "teams": [{"name": "Behovsteamet", "times": _TIMES}]},
    "/notes": {"actor_id": MINE, "held": "2026-06-08", "notes": "Vi talade om mätning."},
    "/outcomes": {"kind": "knowledge", "text": "Mätning går utan kamera.", "station": 1},
    "/values": {"actor_id": MINE, "insight": 4, "contacts": 3, "again": 5, "text": "Lärorikt."},
    "/closing": {"text": "Tack alla."},
}

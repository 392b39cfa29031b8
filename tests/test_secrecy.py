"""What suppliers and the public are not to see or change (R1, R12, R14, R28), asked for as they would ask."""

from __future__ import annotations

import pytest

from matcha.api.access import ACCESS
from matcha.callers import AccountRole
from matcha.records.account import KeyForm
from tests import staging
from tests.asking import Ask, Operation
from tests.town import ALL, LOCKED, MINE, OTHER, SECRET, SECRET_GOAL, SECRET_TEXT, TALK, THEIRS

SUPPLIER, COORDINATOR, OFFICER = AccountRole.SUPPLIER, AccountRole.COORDINATOR, AccountRole.PROCUREMENT_OFFICER
GETS = sorted(one for one in ACCESS if one[0] == "GET" and one[1] not in ("/v1/log/audit", "/v1/need-groups"))


@pytest.mark.parametrize("who", [None, SUPPLIER], ids=["public", "supplier"])
@pytest.mark.parametrize("operation", GETS, ids=" ".join)
def test_no_reading_tells_of_other_suppliers_texts_secret_fields_or_drafts(
    operation: Operation, who: str | None
) -> None:
    staging.fresh()
    places = [staging.known(operation)]
    if operation[1].startswith("/v1/needs/{id}") and "{number}" not in operation[1]:
        places += [Ask({"id": id}) for id in (SECRET, "n-draft", "n-idea")]
    if operation[1].startswith("/v1/profiles/{id}") and "{leaf_index}" not in operation[1]:
        places.append(Ask({"id": "p-theirs"}))
    for place in places:
        told = staging.send(operation, who, place).text
        assert SECRET_TEXT not in told
        assert SECRET_GOAL not in told
        assert "vårdavdelningar n-draft" not in told
        assert not (operation[1].endswith("/dialogue") and staging.town().accounts[OTHER] in told)


def test_a_supplier_reads_its_own_text_and_staff_all() -> None:
    staging.fresh()
    theirs = Ask({"id": "p-theirs"})
    assert staging.send(("GET", "/v1/profiles/{id}"), OTHER, theirs).json()["text"] == SECRET_TEXT
    assert staging.send(("GET", "/v1/profiles/{id}"), OFFICER, theirs).json()["text"] == SECRET_TEXT
    assert staging.send(("GET", "/v1/profiles/{id}"), SUPPLIER, theirs).json()["text"] is None


@pytest.mark.parametrize(
    ("operation", "ask", "status"),
    [
        (("DELETE", "/v1/profiles/{id}"), Ask({"id": "p-theirs"}), 403),
        (("POST", "/v1/profiles/{id}/renewal"), Ask({"id": "p-theirs"}), 403),
        (("GET", "/v1/profiles/{id}/considerations"), Ask({"id": "p-theirs"}), 403),
        (("GET", "/v1/profiles/{id}/needs"), Ask({"id": "p-theirs"}), 403),
        (("GET", "/v1/profiles/{id}/receipts/{leaf_index}"), Ask({"id": "p-theirs", "leaf_index": 1}), 403),
        (("POST", "/v1/explanations"), Ask(json={"profile_id": "p-theirs", "need_id": TALK}), 403),
        (("POST", "/v1/explanations"), Ask(json={"profile_id": "p-mine", "need_id": "n-draft"}), 404),
        (("GET", "/v1/proposals/{number}"), Ask({"number": 1}), 404),
        (("POST", "/v1/proposals/{number}/rulings"), Ask({"number": 1}, {"ruling": "taken_back", "reason": "X."}), 403),
        (("POST", "/v1/proposals/{number}/rulings"), Ask({"number": 2}, {"ruling": "accepted", "reason": "X."}), 403),
        (("DELETE", "/v1/subscriptions/{number}"), Ask({"number": 2}), 404),
        (("POST", "/v1/needs/{id}/interests"), Ask({"id": "n-draft"}, {"text": "Vi vill."}), 404),
        (("POST", "/v1/needs/{id}/questions"), Ask({"id": SECRET}, {"text": "Varför?"}), 403),
        (("GET", "/v1/needs/{id}"), Ask({"id": "n-idea"}), 404),
    ],
)
def test_a_supplier_does_nothing_with_what_is_others(operation: Operation, ask: Ask, status: int) -> None:
    matcha = staging.fresh()
    before = staging.contents(matcha)
    refused = staging.send(operation, SUPPLIER, ask)
    assert refused.status_code == status, refused.text
    assert staging.contents(matcha) == before


def test_a_proposal_in_anothers_name_is_refused() -> None:
    staging.fresh()
    form = {"id": "p-x", "actor_id": THEIRS, "title": "Mätning", "text": "Vi mäter."}
    assert staging.send(("POST", "/v1/proposals"), SUPPLIER, Ask(json={"profile": form})).status_code == 403
    taken = {**form, "id": "p-theirs", "actor_id": MINE}
    assert staging.send(("POST", "/v1/proposals"), SUPPLIER, Ask(json={"profile": taken})).status_code == 409


@pytest.mark.parametrize(
    ("operation", "ask"),
    [
        (("PUT", "/v1/needs/{id}"), Ask({"id": "n-published"}, {"title": "Ny", "text": "Ny text."})),
        (("POST", "/v1/needs/{id}/states"), Ask({"id": "n-published"}, {"state": "parked", "reason": "X."})),
        (("PUT", "/v1/needs/{id}/lock"), Ask({"id": "n-published"}, {"locked": True, "reason": "X."})),
        (("PUT", "/v1/needs/{id}/purpose"), Ask({"id": "n-published"}, {"purpose": "informing", "reason": "X."})),
        (
            ("POST", "/v1/needs/{id}/scores"),
            Ask({"id": "n-published"}, {"criterion": "legal", "score": 1, "reason": "X."}),
        ),
        (
            ("POST", "/v1/needs/{id}/secrecy"),
            Ask({"id": "n-published"}, {"field": "goal", "secret": True, "reason": "X."}),
        ),
        (("POST", "/v1/needs/{id}/invitation-lists"), Ask({"id": "n-published"})),
        (("POST", "/v1/matches"), Ask(json={"need_id": "n-published"})),
        (("POST", "/v1/explanations"), Ask(json={"need_id": "n-published", "profile_id": "p-mine"})),
        (
            ("POST", "/v1/decisions"),
            Ask(json={"need_id": "n-published", "actor_id": MINE, "choice": "invited", "reason": "X."}),
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_whoever_has_an_interest_of_their_own_runs_edits_and_decides_nothing(operation: Operation, ask: Ask) -> None:
    staging.fresh()
    refused = staging.send(operation, "conflicted", ask)
    assert (refused.status_code, "interest of your own" in refused.json()["en"]) == (403, True), refused.text


def test_under_procurement_nothing_is_matched_and_that_is_logged() -> None:
    matcha = staging.fresh()
    before = matcha.size()
    assert staging.send(("POST", "/v1/matches"), COORDINATOR, Ask(json={"need_id": LOCKED})).status_code == 409
    assert matcha.size() == before + 1


def test_a_narrowed_key_has_no_more_roles_than_it_says() -> None:
    matcha = staging.fresh()
    form = KeyForm(name="Snäv", roles=[AccountRole.ORGANISER])
    key = matcha.accounts.issue_key(staging.town().accounts[ALL], form).text
    shown = {"Authorization": f"Bearer {key}"}
    assert staging.client().get("/v1/session", headers=shown).json()["roles"] == ["organiser"]
    assert staging.client().get("/v1/accounts", headers=shown).status_code == 403
    assert staging.client().get("/v1/jobs", headers=shown).status_code == 200


@pytest.mark.parametrize("role", ["supplier", "coordinator", "organiser", "procurement_officer", "administrator"])
def test_a_session_may_what_its_account_may(role: str) -> None:
    staging.fresh()
    seen = staging.client().get("/v1/accounts", headers=staging.town().cookie(role))
    assert seen.status_code == (200 if role == "administrator" else 403)
    body = {"words": "vård"}
    made = staging.client().post("/v1/subscriptions", json=body, headers=staging.town().cookie(role))
    assert made.status_code == (403 if role == OFFICER else 201)
    bare = {"Cookie": staging.town().cookie(role)["Cookie"]}
    assert staging.client().post("/v1/subscriptions", json=body, headers=bare).status_code == 403
    staging.client().cookies.clear()

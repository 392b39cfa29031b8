"""Sessions in cookies, and the requests that a browser is tricked into; over HTTP, as browsers and programs ask."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlmodel import select

from matcha.api.caller import COOKIE
from matcha.api.csrf import HEADER
from matcha.callers import AccountRole
from matcha.errors import Conflict, Unauthenticated
from matcha.records.account import AccountChange, AccountSession, KeyForm
from matcha.service import tokens
from matcha.store import Store
from tests.people import HOST, OTHER_PASSWORD, PASSWORD, People, both

ADMIN, COORDINATOR = AccountRole.ADMINISTRATOR, AccountRole.COORDINATOR
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def people() -> Iterator[People]:
    made = People()
    yield made
    made.store.close()


@pytest.fixture
def client(people: People) -> Iterator[TestClient]:
    with people.client() as client:
        yield client


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/v1/session", json={"email": f"{name}@vard.example", "password": password}, headers=headers)


def pages(client: TestClient, name: str) -> dict[str, str]:
    """Sign in, and give the headers that our own pages send from then on."""
    return {**SAME_ORIGIN, HEADER: sign_in(client, name).json()["csrf_token"]}


def kept(people: People) -> dict[str, AccountSession]:
    with people.store.reading() as session:
        return {row.id: row for row in session.exec(select(AccountSession))}


# sessions


def test_somebody_signs_in_is_known_and_signs_out(people: People, client: TestClient) -> None:
    id = people.add("asta", COORDINATOR, AccountRole.ORGANISER)
    nobody = {"account_id": None, "name": "", "roles": ["public"], "actor_id": None, "csrf_token": None}
    assert client.get("/v1/session").json() == {**nobody, "known_by": "nothing"}
    came = sign_in(client, "asta")
    who = {"account_id": id, "name": "asta Prov", "roles": ["coordinator", "organiser"], "actor_id": None}
    assert came.json() == {**who, "known_by": "session", "csrf_token": tokens.csrf_token(client.cookies[COOKIE])}
    assert client.get("/v1/session").json() == came.json()
    assert client.post("/v1/thing", headers={**SAME_ORIGIN, HEADER: came.json()["csrf_token"]}).json() == {
        "account_id": id,
        "roles": ["coordinator", "organiser"],
    }
    token = client.cookies[COOKIE]
    left = client.delete("/v1/session", headers={**SAME_ORIGIN, HEADER: came.json()["csrf_token"]})
    assert (left.status_code, client.cookies.get(COOKIE)) == (204, None)
    again = client.get("/v1/session", headers={"Cookie": f"{COOKIE}={token}"})
    assert (again.status_code, again.headers["content-type"]) == (401, "application/problem+json")


def test_the_cookie_is_of_this_host_alone_and_no_script_reads_it(people: People, client: TestClient) -> None:
    people.add("asta")
    came = sign_in(client, "asta")
    given = came.headers["set-cookie"]
    name, _, rest = given.partition("=")
    token, *marks = rest.split("; ")
    assert (name, sorted(marks)) == ("__Host-matcha", ["HttpOnly", "Path=/", "SameSite=lax", "Secure"])
    assert len(token) == 64
    assert token not in came.text
    assert came.headers["cache-control"] == "no-store"
    assert list(kept(people)) == [tokens.digest(token)]  # the token itself is kept nowhere


def test_signing_in_gives_a_new_session_and_ends_the_one_before(people: People, client: TestClient) -> None:
    people.add("asta")
    people.add("bror")
    attacker = people.accounts.sign_in("bror@vard.example", PASSWORD).token
    for planted in (attacker, "0" * 64):  # a session of the attacker's, and one that nobody has opened
        client.cookies.set(COOKIE, planted, domain="matcha.example")
        came = client.post(
            "/v1/session",
            json={"email": "asta@vard.example", "password": PASSWORD},
            headers={"Cookie": f"{COOKIE}={planted}"},
        )
        token = came.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert came.status_code == 200
        assert token != planted
        with pytest.raises(Unauthenticated):
            people.accounts.session(planted)
        assert people.accounts.session(token).name == "asta Prov"


def test_a_session_ends_after_12_idle_hours_and_after_7_days(people: People) -> None:
    id = people.add("asta")
    idle = people.accounts.sign_in("asta@vard.example", PASSWORD).token
    people.clock.move(hours=12, microseconds=-1)
    assert people.accounts.session(idle).account_id == id
    people.clock.move(hours=12)
    with pytest.raises(Unauthenticated):
        people.accounts.session(idle)
    busy, began = people.accounts.sign_in("asta@vard.example", PASSWORD).token, people.clock()
    while people.clock() - began < timedelta(days=7) - timedelta(hours=6):
        people.clock.move(hours=6)
        assert people.accounts.session(busy).account_id == id
    people.clock.move(hours=6, microseconds=-1)
    assert people.accounts.session(busy).account_id == id
    people.clock.move(microseconds=1)
    with pytest.raises(Unauthenticated):
        people.accounts.session(busy)


def test_a_session_says_when_it_was_last_seen_once_in_ten_minutes(people: People) -> None:
    people.add("asta")
    token, began = people.accounts.sign_in("asta@vard.example", PASSWORD).token, people.clock()
    seen = []
    for minutes in (0, 9, 1, 9, 0, 1):
        people.clock.move(minutes=minutes)
        people.accounts.session(token)
        seen.append((kept(people)[tokens.digest(token)].seen - began) // timedelta(minutes=1))
    assert seen == [0, 0, 10, 10, 10, 20]


def test_a_new_password_ends_every_session_and_so_does_closing(people: People) -> None:
    id = people.add("asta")
    people.add("bror")
    opened = [people.accounts.sign_in("asta@vard.example", PASSWORD).token for _ in range(3)]
    bystander = people.accounts.sign_in("bror@vard.example", PASSWORD).token
    people.accounts.set_password(people.accounts.invite(id).token or "", OTHER_PASSWORD)
    for token in opened:
        with pytest.raises(Unauthenticated):
            people.accounts.session(token)
    assert people.accounts.session(bystander).name == "bror Prov"
    token = people.accounts.sign_in("asta@vard.example", OTHER_PASSWORD).token
    people.accounts.close(id)
    with pytest.raises(Unauthenticated):
        people.accounts.session(token)


def test_a_session_has_the_roles_that_its_account_has_now(people: People) -> None:
    id = people.add("asta", COORDINATOR)
    token = people.accounts.sign_in("asta@vard.example", PASSWORD).token
    people.accounts.change(id, AccountChange(roles=[AccountRole.ORGANISER]))
    assert people.accounts.session(token).roles == {AccountRole.ORGANISER}


def test_old_sessions_are_forgotten(people: People) -> None:
    people.add("asta")
    for _ in range(3):
        people.accounts.sign_in("asta@vard.example", PASSWORD)
    people.clock.move(days=7, microseconds=1)
    people.accounts.sign_in("asta@vard.example", PASSWORD)
    assert len(kept(people)) == 1


def test_a_sign_in_while_the_password_changes_opens_nothing_for_the_old_one(tmp_path: Path) -> None:
    people = People(Store.open(f"sqlite:///{tmp_path / 'matcha.db'}"))
    id = people.add("asta")
    for old, new in ((PASSWORD, OTHER_PASSWORD), (OTHER_PASSWORD, PASSWORD)) * 3:
        link = people.accounts.invite(id).token or ""
        signed, _ = both(
            partial(people.accounts.sign_in, "asta@vard.example", old), partial(people.accounts.set_password, link, new)
        )
        if not isinstance(signed, Unauthenticated | Conflict):
            with pytest.raises(Unauthenticated):
                people.accounts.session(signed.token)  # type: ignore[attr-defined]
    people.store.close()


# who asks


def test_a_key_goes_before_a_cookie_and_needs_no_token(people: People, client: TestClient) -> None:
    boss, program = people.add("asta", ADMIN), people.add("bror", COORDINATOR)
    key = people.accounts.issue_key(program, KeyForm(name="n")).text
    sign_in(client, "asta")
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/thing", headers=bearer).json()["account_id"] == program
    assert client.post("/v1/thing", headers={"Authorization": f"bearer  {key}"}).json()["account_id"] == program
    assert client.get("/v1/session", headers=bearer).json() | {"roles": 0} == {
        "account_id": program,
        "name": "bror Prov",
        "roles": 0,
        "actor_id": None,
        "known_by": "key",
        "csrf_token": None,
    }
    assert client.get("/v1/thing").json()["account_id"] == boss


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer matcha_x", "Basic YTpi", "", "bearer", "Bearer å"])
def test_a_bad_key_is_refused_although_there_is_a_good_cookie(people: People, client: TestClient, given: str) -> None:
    people.add("asta")
    sign_in(client, "asta")
    refused = client.get("/v1/thing", headers=[(b"Authorization", given.encode())])
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")


def test_two_keys_at_once_are_refused(people: People, client: TestClient) -> None:
    keys = [people.accounts.issue_key(people.add(name), KeyForm(name="n")).text for name in ("asta", "bror")]
    both = [("Authorization", f"Bearer {key}") for key in keys]
    assert client.get("/v1/thing", headers=both).status_code == 401


def test_an_old_cookie_is_refused_but_is_no_hindrance_at_the_doors(people: People, client: TestClient) -> None:
    id = people.add("asta")
    old = {"Cookie": f"{COOKIE}=" + "0" * 64}
    assert client.get("/v1/thing", headers=old).status_code == 401
    assert client.get("/v1/session", headers=old).status_code == 401
    assert client.delete("/v1/session", headers=old).status_code == 204
    link = people.accounts.invite(id).token
    said = {"token": link, "password": OTHER_PASSWORD}
    assert client.post("/v1/passwords", json=said, headers=old).status_code == 204
    assert sign_in(client, "asta", OTHER_PASSWORD, **old).status_code == 200


def test_a_wrong_password_gets_the_same_answer_as_an_unknown_address(people: People, client: TestClient) -> None:
    people.add("asta")
    answers = {(r.status_code, r.content) for r in (sign_in(client, n, OTHER_PASSWORD) for n in ("asta", "ingen"))}
    assert len(answers) == 1
    assert {status for status, _ in answers} == {401}
    assert kept(people) == {}
    for wrong in (
        {},
        {"email": "x", "password": PASSWORD},
        {"email": "a@b", "password": ""},
        {"email": "a@b\0", "password": "x"},
    ):
        assert client.post("/v1/session", json=wrong).status_code == 422


def test_the_app_s_limit_is_asked_before_a_password_is_tried(people: People, client: TestClient) -> None:
    people.add("asta")
    asked: list[str] = []

    def limit(_request: Request, whose: str) -> None:
        asked.append(whose)
        if len(asked) > 2:
            raise Conflict("För många försök.", "Too many tries.")

    client.app.state.limit_sign_in = limit  # type: ignore[attr-defined]
    people.hasher.calls.clear()
    assert [sign_in(client, name).status_code for name in ("asta", "ASTA", "asta")] == [200, 200, 409]
    assert people.hasher.calls == ["verify", "verify"]
    assert len(set(asked)) == 1
    assert "asta" not in asked[0]
    assert client.post("/v1/passwords", json={"token": "x", "password": PASSWORD}).status_code == 409


# CSRF

_SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "Same-Origin", "same-origin, cross-site")
_ORIGINS = (
    None,
    HOST,
    "https://MATCHA.example",
    "https://evil.example",
    "https://matcha.example.evil.example",
    "https://matcha.example:8443",
    "https://matcha.example@evil.example",
    "null",
    "",
    "matcha.example",
    "https://[",
)
_FROM_US = {HOST, "https://MATCHA.example"}


def _ours(site: str | None, origin: str | None, silence: bool) -> bool:
    """The table of `api/csrf.py`'s docstring, written out."""
    if site is not None:
        return site in {"same-origin", "none"}
    return origin in _FROM_US if origin is not None else silence


def _headers(site: str | None, origin: str | None, token: str | None) -> dict[str, str]:
    told = {"Sec-Fetch-Site": site, "Origin": origin, HEADER: token}
    return {name: value for name, value in told.items() if value is not None}


def test_a_session_changes_something_only_from_our_pages_and_with_its_own_token(
    people: People, client: TestClient
) -> None:
    people.add("asta")
    right = pages(client, "asta")[HEADER]
    another = tokens.csrf_token(people.accounts.sign_in("asta@vard.example", PASSWORD).token)
    wrong = (None, "", another, right[:-1], client.cookies[COOKIE])
    passed = 0
    for site, origin, token in itertools.product(_SITES, _ORIGINS, (right, *wrong)):
        expected = 200 if _ours(site, origin, silence=False) and token == right else 403
        found = client.post("/v1/thing", headers=_headers(site, origin, token))
        assert found.status_code == expected, (site, origin, token)
        passed += expected == 200
    assert passed == 2 * len(_ORIGINS) + 2
    for method in ("PATCH", "DELETE"):
        assert client.request(method, "/v1/thing", headers=_headers("same-origin", HOST, right)).status_code == 200
        assert client.request(method, "/v1/thing", headers=_headers("cross-site", HOST, right)).status_code == 403
        assert client.request(method, "/v1/thing", headers=_headers("same-origin", HOST, None)).status_code == 403


def test_looking_needs_no_token_wherever_the_link_is(people: People, client: TestClient) -> None:
    id = people.add("asta")
    sign_in(client, "asta")
    for site, origin in itertools.product(_SITES, _ORIGINS):
        assert client.get("/v1/thing", headers=_headers(site, origin, None)).json()["account_id"] == id
    assert client.head("/v1/thing", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_another_site_cannot_sign_somebody_in_or_out_or_set_a_password(people: People, client: TestClient) -> None:
    id = people.add("asta")
    for site, origin in itertools.product(_SITES, _ORIGINS):
        link = people.accounts.invite(id).token
        ours, headers = _ours(site, origin, silence=True), _headers(site, origin, None)
        assert sign_in(client, "asta", **headers).status_code == (200 if ours else 403), (site, origin)
        said = {"token": link, "password": PASSWORD}
        assert client.post("/v1/passwords", json=said, headers=headers).status_code == (204 if ours else 403)
        client.cookies.clear()
    token = pages(client, "asta")[HEADER]
    for site, origin, given in itertools.product(_SITES, _ORIGINS, (None, token)):
        if not (given and _ours(site, origin, silence=False)):
            assert client.delete("/v1/session", headers=_headers(site, origin, given)).status_code == 403
    assert people.accounts.session(client.cookies[COOKIE]).account_id == id


def test_headers_given_twice_are_no_proof(people: People, client: TestClient) -> None:
    people.add("asta")
    right = pages(client, "asta")[HEADER]
    for twice in (
        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site"), (HEADER, right)],
        [("Origin", HOST), ("Origin", "https://evil.example"), (HEADER, right)],
        [("Sec-Fetch-Site", "same-origin"), (HEADER, right), (HEADER, "x")],
    ):
        assert client.post("/v1/thing", headers=twice).status_code == 403


def test_the_token_is_of_no_use_to_find_the_session_and_another_for_each(people: People) -> None:
    people.add("asta")
    opened = [people.accounts.sign_in("asta@vard.example", PASSWORD).token for _ in range(2)]
    given = [tokens.csrf_token(token) for token in opened]
    assert len({*opened, *given, *map(tokens.digest, opened)}) == 6


# accounts and keys over HTTP


def test_accounts_are_made_shown_changed_and_erased(people: People, client: TestClient) -> None:
    boss = people.add("asta", ADMIN)
    headers = pages(client, "asta")
    form = {"name": "Bo Prov", "email": "Bo@vard.example", "roles": ["organiser", "coordinator"]}
    made = client.post("/v1/accounts", json=form, headers=headers)
    account, token = made.json()["account"], made.json()["token"]
    assert (made.status_code, made.headers["location"]) == (201, f"/v1/accounts/{account['id']}")
    assert {n: account[n] for n in ("name", "email", "roles", "has_password", "active")} == {
        "name": "Bo Prov",
        "email": "bo@vard.example",
        "roles": ["coordinator", "organiser"],
        "has_password": False,
        "active": True,
    }
    assert client.post("/v1/accounts", json=form, headers=headers).status_code == 409
    assert client.post("/v1/passwords", json={"token": token, "password": PASSWORD}).status_code == 204
    shown = client.get(f"/v1/accounts/{account['id']}")
    assert shown.json() == {**account, "has_password": True, "invited_until": None}
    change = partial(client.patch, f"/v1/accounts/{account['id']}", json={"roles": ["organiser"]})
    assert change(headers={**headers, "If-Match": '"0"'}).status_code == 412
    assert change(headers={**headers, "If-Match": "mine"}).status_code == 422
    changed = change(headers={**headers, "If-Match": shown.headers["etag"]})
    assert (changed.status_code, changed.json()["roles"]) == (200, ["organiser"])
    assert client.get(f"/v1/accounts/{account['id']}").headers["etag"] != shown.headers["etag"]
    own = client.patch(f"/v1/accounts/{boss}", json={"roles": ["administrator", "supplier"]}, headers=headers)
    assert own.status_code == 403
    assert client.delete(f"/v1/accounts/{boss}", headers=headers).status_code == 409
    invited = client.post(f"/v1/accounts/{account['id']}/invitation", headers=headers)
    assert (invited.status_code, len(invited.json()["token"])) == (201, 64)
    erased = client.delete(f"/v1/accounts/{account['id']}", headers=headers)
    assert (erased.status_code, erased.json()["email"], erased.json()["active"]) == (200, None, False)
    assert client.get("/v1/accounts/konto-saknas").status_code == 404
    assert client.get("/v1/accounts/%00").status_code == 422


def test_accounts_and_keys_are_given_a_page_at_a_time(people: People, client: TestClient) -> None:
    ids = sorted(people.add(f"p{number}", ADMIN) for number in range(5))
    headers, found, cursor = pages(client, "p0"), [], ""
    while True:
        page = client.get("/v1/accounts", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found.append([account["id"] for account in page["items"]])
        if (cursor := page["next"]) is None:
            break
    assert found == [ids[:2], ids[2:4], ids[4:]]
    keys = sorted(
        client.post("/v1/keys", json={"name": f"n{n}"}, headers=headers).json()["key"]["id"] for n in range(3)
    )
    first = client.get("/v1/keys", params={"limit": 2}).json()
    rest = client.get("/v1/keys", params={"limit": 2, "cursor": first["next"]}).json()
    assert [key["id"] for key in first["items"] + rest["items"]] == keys
    assert rest["next"] is None
    assert "secret" not in str(first)


def test_a_key_cannot_make_keys_and_a_narrow_one_stays_narrow(people: People, client: TestClient) -> None:
    people.add("asta", ADMIN, COORDINATOR)
    headers = pages(client, "asta")
    made = client.post("/v1/keys", json={"name": "n", "roles": ["coordinator"], "days": 30}, headers=headers)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    bearer = {"Authorization": f"Bearer {made.json()['text']}"}
    assert client.get("/v1/thing", headers=bearer).json()["roles"] == ["coordinator"]
    assert client.post("/v1/keys", json={"name": "n"}, headers=bearer).status_code == 403
    assert client.post("/v1/keys", json={"name": "n", "roles": ["supplier"]}, headers=headers).status_code == 422
    client.cookies.clear()
    assert client.get("/v1/keys").status_code == 401
    id = made.json()["key"]["id"]
    assert client.delete(f"/v1/keys/{id}", headers=bearer).json()["revoked"] is not None
    assert client.get("/v1/thing", headers=bearer).status_code == 401


def test_every_route_is_described(people: People) -> None:
    paths = people.app().openapi()["paths"]
    found = {
        (method.upper(), path): operation for path, methods in paths.items() for method, operation in methods.items()
    }
    assert set(found) >= {
        ("POST", "/v1/session"),
        ("GET", "/v1/session"),
        ("DELETE", "/v1/session"),
        ("GET", "/v1/session/oidc"),
        ("GET", "/v1/session/oidc/callback"),
        ("POST", "/v1/passwords"),
        ("GET", "/v1/accounts"),
        ("POST", "/v1/accounts"),
        ("GET", "/v1/accounts/{id}"),
        ("PATCH", "/v1/accounts/{id}"),
        ("DELETE", "/v1/accounts/{id}"),
        ("POST", "/v1/accounts/{id}/invitation"),
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("DELETE", "/v1/keys/{id}"),
    }
    for operation in found.values():
        assert operation["summary"]
        assert operation["description"]
        assert operation["operationId"].replace("_", "").islower()
    said = people.app().openapi()["components"]["schemas"]["PasswordRequest"]["properties"]
    assert [said[name]["writeOnly"] for name in ("token", "password")] == [True, True]

"""Sign-in by OpenID Connect against a real small provider on this machine, and against every forgery of its tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Form, Header
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from matcha.api import oidc
from matcha.api.caller import COOKIE
from matcha.callers import AccountRole
from matcha.errors import Unavailable
from matcha.records.account import AccountForm
from tests.people import HOST, PASSWORD, Clock, People

CLIENT_ID, CLIENT_SECRET = "matcha:prov", "hemligt &/å"
KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})

Sign = Callable[[dict[str, Any]], str]


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY)


@dataclass
class Op:
    """A small OpenID provider, one person signed in; `sign` and `claims` are what a test makes of its tokens."""

    clock: Clock
    issuer: str = ""
    sign: Sign = signed
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    reuses: bool = False  # whether it lets a code be used twice, as none should
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def about() -> dict[str, Any]:
            ends = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **ends, **self.about}

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            return {"keys": [KEY.as_dict(private=False)]}

        @app.get("/authorization")
        def authorization(
            client_id: str, redirect_uri: str, state: str, nonce: str, code_challenge: str, scope: str
        ) -> RedirectResponse:
            assert (client_id, scope.split()[0]) == (CLIENT_ID, "openid")
            code = secrets.token_hex(8)
            self.codes[code] = {"redirect_uri": redirect_uri, "nonce": nonce, "challenge": code_challenge}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state, **self.back})}", 302)

        @app.post("/token")
        def token(
            code: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
            authorization: Annotated[str, Header()] = "",
            client_id: Annotated[str, Form()] = "",
            client_secret: Annotated[str, Form()] = "",
        ) -> JSONResponse:
            given = self.codes.get(code, {}) if self.reuses else self.codes.pop(code, {})
            challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
            proven = authorization == BASIC or (client_id, client_secret) == (CLIENT_ID, CLIENT_SECRET)
            asked = (given.get("redirect_uri"), given.get("challenge"), proven)
            if asked != (redirect_uri, challenge, True):
                self.refusals.append(code)
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse({"access_token": "a", "id_token": self.sign(self.told(given["nonce"]))})

        return app

    def told(self, nonce: str) -> dict[str, Any]:
        moment = int(self.clock().timestamp())
        told = {"iss": self.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 300, "nonce": nonce}
        told |= {"sub": "person-1", "email": "Asta@vard.example", "email_verified": True, **self.claims}
        return {name: value for name, value in told.items() if value is not None}


BASIC = "Basic " + base64.b64encode(b"matcha%3Aprov:hemligt%20%26%2F%C3%A5").decode()


@pytest.fixture(scope="module")
def served() -> Iterator[Op]:
    op = Op(Clock())
    server = uvicorn.Server(uvicorn.Config(op.app(), port=0, log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    op.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield op
    server.should_exit = True
    thread.join()


@pytest.fixture
def people() -> Iterator[People]:
    made = People()
    yield made
    made.store.close()


@pytest.fixture
def op(served: Op, people: People) -> Op:
    """The provider, as new."""
    served.clock, served.sign, served.reuses = people.clock, signed, False
    for kept in (served.claims, served.about, served.back, served.codes, served.refusals):
        kept.clear()
    return served


@pytest.fixture
def browser(op: Op, people: People) -> Iterator[TestClient]:
    app = people.app()
    http = httpx.Client(timeout=10)
    app.state.oidc = oidc.Provider(op.issuer, CLIENT_ID, CLIENT_SECRET, people.clock, http)
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        yield client
    http.close()


def invite(people: People, name: str = "asta", *roles: AccountRole) -> str:
    given = list(roles or (AccountRole.COORDINATOR,))
    form = AccountForm(name=f"{name} Prov", email=f"{name}@vard.example", roles=given)
    return people.accounts.add(form).account.id


def there(browser: TestClient) -> str:
    """Go to the provider, and give where it sends the browser back to."""
    gone = browser.get("/v1/session/oidc")
    assert (gone.status_code, gone.headers["cache-control"]) == (303, "no-store")
    found = httpx.get(gone.headers["location"])
    assert found.status_code == 302
    return str(found.headers["location"])


def and_back(browser: TestClient) -> Any:
    return browser.get(there(browser))


def test_whoever_was_invited_comes_in_the_first_time_and_is_known_from_then_on(
    op: Op, people: People, browser: TestClient
) -> None:
    id = invite(people)
    came = and_back(browser)
    assert (came.status_code, came.headers["location"]) == (303, "/v1/session")
    assert browser.get("/v1/session").json()["account_id"] == id
    account = people.accounts.account(id)
    assert (account.oidc_issuer, account.oidc_subject, account.invitation) == (op.issuer, "person-1", None)
    first = browser.cookies[COOKIE]
    op.claims |= {"email": "nytt@vard.example", "email_verified": False}  # the subject is who it is
    assert and_back(browser).status_code == 303
    assert browser.get("/v1/session").json()["account_id"] == id
    assert browser.cookies[COOKIE] != first
    assert browser.get("/v1/thing", headers={"Cookie": f"{COOKIE}={first}"}).status_code == 401  # renewed
    assert oidc.COOKIE not in browser.cookies


def test_what_the_browser_carries(browser: TestClient, op: Op) -> None:
    gone = browser.get("/v1/session/oidc")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(gone.headers["location"]).query).items()}
    assert gone.headers["location"].startswith(f"{op.issuer}/authorization?")
    assert asked["redirect_uri"] == f"{HOST}/v1/session/oidc/callback"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert [len(asked[name]) for name in ("state", "nonce", "code_challenge")] == [64, 43, 43]
    name, _, rest = gone.headers["set-cookie"].partition("=")
    marks = sorted(rest.split("; ")[1:])
    assert (name, marks) == ("__Host-matcha-oidc", ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"])
    another = parse_qs(urlsplit(browser.get("/v1/session/oidc").headers["location"]).query)
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & {v for (v,) in another.values()}


def test_nobody_comes_in_who_is_not_invited(op: Op, people: People, browser: TestClient) -> None:
    assert and_back(browser).status_code == 401
    people.add("asta")  # an account with a password: it was invited once, and has used that
    assert and_back(browser).status_code == 401
    id = people.accounts.accounts()[0].id
    people.accounts.invite(id)
    people.clock.move(hours=72)
    assert and_back(browser).status_code == 401  # too late
    people.accounts.invite(id)
    for unproven in ({"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}, {"email": None}):
        op.claims |= unproven
        assert and_back(browser).status_code == 401, unproven
        op.claims.clear()
    assert people.accounts.account(id).oidc_subject is None
    assert and_back(browser).status_code == 303
    op.claims["sub"] = "person-2"  # somebody else who has got the address
    people.accounts.invite(id)
    assert and_back(browser).status_code == 401
    op.claims.clear()
    people.accounts.close(id)
    assert and_back(browser).status_code == 401
    assert people.accounts.sign_in is not None


def test_one_subject_at_another_issuer_is_somebody_else(op: Op, people: People, browser: TestClient) -> None:
    id = invite(people)
    assert and_back(browser).status_code == 303
    with people.store.transaction() as session:
        account = people.accounts.account(id)
        account.oidc_issuer = "https://another.example"
        session.merge(account)
    assert and_back(browser).status_code == 401


def _with(key: Any, **header: str) -> Sign:
    return lambda claims: jwt.encode({"kid": "1", **header}, claims, key, algorithms=[header["alg"]])


def _b64(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unsigned(claims: dict[str, Any]) -> str:
    return f"{_b64({'alg': 'none'})}.{_b64(claims)}."


def _unsigned_with_the_signature_of_another(claims: dict[str, Any]) -> str:
    return f"{_b64({'alg': 'none', 'kid': '1'})}.{_b64(claims)}.{signed(claims).rpartition('.')[2]}"


def _altered(claims: dict[str, Any]) -> str:
    head, _, signature = signed({**claims, "sub": "person-9"}).split(".")
    return f"{head}.{_b64(claims)}.{signature}"


def _hs256_with(public: bytes) -> Sign:
    """The public key taken for a shared secret: what a verifier that lets the token choose would check it with."""
    import hmac

    def sign(claims: dict[str, Any]) -> str:
        body = f"{_b64({'alg': 'HS256', 'kid': '1'})}.{_b64(claims)}"
        return f"{body}.{_b64(hmac.new(public, body.encode(), hashlib.sha256).digest())}"

    return sign


SIGNATURES: dict[str, Sign] = {
    "alg none": _unsigned,
    "alg none, signed": _unsigned_with_the_signature_of_another,
    "altered": _altered,
    "HS256 with the public key in PEM": _hs256_with(KEY.as_pem(private=False)),
    "HS256 with the public key in DER": _hs256_with(KEY.as_der(private=False)),
    "HS256 with the public key as JSON": _hs256_with(json.dumps(KEY.as_dict(private=False)).encode()),
    "HS256 with the client secret": _with(OctKey.import_key(CLIENT_SECRET.encode() * 4), alg="HS256"),
    "another key of that name": _with(STRANGER, alg="RS256"),
    "another key that comes along": lambda claims: jwt.encode(
        {"alg": "RS256", "jwk": STRANGER.as_dict(private=False)}, claims, STRANGER
    ),
    "RS512, which is not on the list": _with(KEY, alg="RS512"),
    "an unknown key": lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, KEY),
    "no token": lambda claims: "x",
    "an empty token": lambda claims: "",
}
CLAIMS: dict[str, dict[str, Any]] = {
    "wrong nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another"},
    "no audience": {"aud": None},
    "an audience of many without azp": {"aud": [CLIENT_ID, "another"]},
    "made out to another": {"aud": [CLIENT_ID, "another"], "azp": "another"},
    "an audience of others": {"aud": ["another"]},
    "expired": {"exp": int(Clock().now.timestamp()) - 60},
    "no expiry": {"exp": None},
    "an endless expiry": {"exp": "9" * 12},
    "no time of issue": {"iat": None},
    "issued tomorrow": {"iat": int(Clock().now.timestamp()) + 86_400},
    "not yet good": {"nbf": int(Clock().now.timestamp()) + 86_400},
    "other issuer": {"iss": "https://another.example"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a long subject": {"sub": "x" * 256},
    "a number for subject": {"sub": 1},
}


@pytest.mark.parametrize("forged", SIGNATURES)
def test_a_token_that_the_provider_has_not_signed_is_refused(
    forged: str, op: Op, people: People, browser: TestClient
) -> None:
    invite(people)
    op.sign = SIGNATURES[forged]
    assert and_back(browser).status_code == 401
    assert (browser.cookies.get(COOKIE), op.refusals) == (None, [])  # it came as far as the token
    op.sign = signed
    assert and_back(browser).status_code == 303


@pytest.mark.parametrize("wrong", CLAIMS)
def test_a_token_that_says_something_else_is_refused(wrong: str, op: Op, people: People, browser: TestClient) -> None:
    invite(people)
    op.claims |= CLAIMS[wrong]
    assert and_back(browser).status_code == 401
    assert (browser.cookies.get(COOKIE), op.refusals) == (None, [])
    op.claims.clear()
    assert and_back(browser).status_code == 303


def test_clocks_may_differ_by_a_minute_and_an_audience_of_many_may_name_us(
    op: Op, people: People, browser: TestClient
) -> None:
    invite(people)
    moment = int(people.clock().timestamp())
    for right in ({"exp": moment - 59}, {"iat": moment + 60}, {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}):
        op.claims |= right
        assert and_back(browser).status_code == 303, right
        op.claims.clear()


def test_a_state_is_used_once_even_where_the_provider_lets_a_code_be_used_twice(
    op: Op, people: People, browser: TestClient
) -> None:
    id, op.reuses = invite(people), True
    back = there(browser)
    cookie = {"Cookie": f"{oidc.COOKIE}={browser.cookies[oidc.COOKIE]}"}
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401  # the browser has forgotten its cookie
    token = browser.cookies[COOKIE]
    browser.cookies.clear()
    replayed = browser.get(back, headers=cookie)
    assert (replayed.status_code, COOKIE in replayed.headers.get("set-cookie", "")) == (401, False)
    people.accounts.sign_out(token)
    assert browser.get(back, headers=cookie).status_code == 401
    people.accounts.close(id)
    assert browser.get(back, headers=cookie).status_code == 401


def test_only_the_browser_that_began_can_go_on(op: Op, people: People, browser: TestClient) -> None:
    invite(people)
    attackers = there(browser)  # an attacker's own sign-in, whose last step is handed to somebody else
    browser.cookies.clear()
    assert browser.get(attackers).status_code == 401
    there(browser)
    own = browser.cookies[oidc.COOKIE]
    assert browser.get(attackers).status_code == 401
    state, until, proof = own.split(".")
    forged = parse_qs(urlsplit(attackers).query)["state"][0]
    for cookie in (
        f"{forged}.{until}.{proof}",
        f"{state}.{int(until) + 1}.{proof}",
        "..",
        state,
        f"{forged}..",
        "x.y.z",
    ):
        assert browser.get(attackers, headers={"Cookie": f"{oidc.COOKIE}={cookie}"}).status_code == 401
    assert op.refusals == []
    assert len(op.codes) == 2  # no code was shown to the provider


def test_a_sign_in_lasts_ten_minutes(people: People, browser: TestClient) -> None:
    invite(people)
    back, cookie = there(browser), {"Cookie": f"{oidc.COOKIE}={browser.cookies[oidc.COOKIE]}"}
    people.clock.move(seconds=600)
    assert browser.get(back, headers=cookie).status_code == 401
    people.clock.move(seconds=-1)
    assert browser.get(back, headers=cookie).status_code == 303


def test_a_code_for_another_verifier_is_refused_by_the_provider(op: Op, people: People, browser: TestClient) -> None:
    invite(people)
    other = parse_qs(urlsplit(there(browser)).query)["code"][0]  # injected into a sign-in that it does not belong to
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    assert browser.get(f"/v1/session/oidc/callback?code={other}&state={state}").status_code == 401
    assert op.refusals == [other]


def test_a_refusal_and_another_provider_s_answer_are_refused(op: Op, people: People, browser: TestClient) -> None:
    invite(people)
    there(browser)
    state = browser.cookies[oidc.COOKIE].partition(".")[0]
    assert browser.get(f"/v1/session/oidc/callback?error=access_denied&state={state}").status_code == 401
    assert browser.get("/v1/session/oidc/callback").status_code == 401
    op.back["iss"] = "https://another.example"
    assert and_back(browser).status_code == 401
    op.back["iss"] = op.issuer
    assert and_back(browser).status_code == 303


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    op: Op, people: People, browser: TestClient
) -> None:
    invite(people)
    op.about["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert and_back(browser).status_code == 303


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://another.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_not_what_was_configured_is_not_used(
    about: dict[str, Any], op: Op, browser: TestClient
) -> None:
    op.about |= about
    assert browser.get("/v1/session/oidc").status_code == 503


def test_a_provider_out_of_reach_is_told_so(people: People) -> None:
    with httpx.Client(timeout=2) as http:
        away = oidc.Provider("http://127.0.0.1:1", CLIENT_ID, CLIENT_SECRET, people.clock, http)
        with pytest.raises(Unavailable):
            away.start("s", "c")


def test_without_a_provider_there_is_none(people: People) -> None:
    with people.client() as client:
        assert [client.get(f"/v1/session/oidc{end}").status_code for end in ("", "/callback")] == [404, 404]
        people.add("asta")
        said = {"email": "asta@vard.example", "password": PASSWORD}
        assert client.post("/v1/session", json=said).status_code == 200

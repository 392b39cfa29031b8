"""Sign-in by OpenID Connect (Core 1.0): authorization code with PKCE (RFC 7636), state and nonce.

Nothing is kept between the two steps but a signed cookie with the state; nonce and code verifier are derived from it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from matcha.errors import Unauthenticated, Unavailable
from matcha.service import tokens
from matcha.service.entrance import Identity
from matcha.service.logbook import now

COOKIE = "__Host-matcha-oidc"
LASTS = 600  # seconds between the two steps
ALGORITHMS = ("RS256", "PS256", "ES256")  # public keys only: never `none`, never a shared secret
_LEEWAY = 60  # seconds that clocks may differ
_LONGEST_SUBJECT = 255  # OpenID Connect Core, 2
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Started:
    """The first step: where the browser goes, and the cookie that it comes back with."""

    location: str
    cookie: str


class Provider:
    """An OpenID provider that vouches for people. What it says of itself is asked for at each sign-in, so that its keys
    can change at any time."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        clock: Callable[[], datetime] = now,
        http: httpx.Client | None = None,
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._http = http or httpx.Client(timeout=_TIMEOUT)

    def start(self, state: str, callback: str) -> Started:
        """Begin a sign-in with a fresh random state. Raises Unavailable when the provider cannot be reached."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": callback,
            "scope": "openid email",
            "state": state,
            "nonce": self._derived("nonce", state),
            "code_challenge": create_s256_code_challenge(self._derived("verifier", state)),
            "code_challenge_method": "S256",
        }
        place = self._about()["authorization_endpoint"]
        until = int(self._clock().timestamp()) + LASTS
        mark = "&" if urlsplit(place).query else "?"
        return Started(f"{place}{mark}{urlencode(asked)}", f"{state}.{until}.{self._derived('cookie', state, until)}")

    def finish(self, cookie: str | None, returned: Mapping[str, str], callback: str) -> tuple[Identity, str]:
        """Give who came back, and the state that is used up by it.

        Raises Unauthenticated for a state that is not the cookie's, a refusal, and an ID token that does not hold;
        Unavailable when the provider cannot be reached.
        """
        state = self._state(cookie)
        if state is None or not tokens.same(returned.get("state", ""), state):
            raise _refused(
                "webbläsaren började inte här, eller för länge sedan",
                "the state is not the one that this browser began with, or is too old",
            )
        if returned.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise _refused("en annan tjänst svarade", "another provider answers")
        if "code" not in returned:
            raise _refused("tjänsten sade nej", "the provider refused")
        about = self._about()
        token = self._exchanged(about, returned["code"], self._derived("verifier", state), callback)
        claims = self._checked(token, self._keys(about), self._derived("nonce", state))
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(self.issuer, claims["sub"], email if isinstance(email, str) else None), state

    def _about(self) -> dict[str, Any]:
        about = self._json(self._http.get, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        ends = [about.get(f"{name}_endpoint") for name in ("authorization", "token")]
        if about.get("issuer") != self.issuer or not all(map(_is_safe, (*ends, about.get("jwks_uri")))):
            raise _unreachable(
                "den kallar sig något annat eller har osäkra adresser",
                "it calls itself something else, or has unsafe addresses",
            )
        return about

    def _keys(self, about: Mapping[str, Any]) -> KeySet:
        try:
            return KeySet.import_key_set(self._json(self._http.get, about["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, KeyError, TypeError, ValueError) as cause:
            raise _unreachable("dess nycklar går inte att läsa", "its keys cannot be read") from cause

    def _exchanged(self, about: Mapping[str, Any], code: str, verifier: str, callback: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        auth = None
        if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._client_secret, safe=""))  # RFC 6749
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        found = self._json(self._http.post, about["token_endpoint"], data=form, auth=auth).get("id_token")
        if not isinstance(found, str):
            raise _refused("tjänsten gav inget id-intyg", "the provider gave no ID token")
        return found

    def _checked(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        """Give the claims of an ID token that holds (OpenID Connect Core, 3.1.3.7)."""
        try:
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": nonce, "client_id": self._client_id},
            )
            claims.validate(int(self._clock().timestamp()), _LEEWAY)
        except (JoseError, KeyError, TypeError, ValueError) as cause:
            raise _refused("id-intyget håller inte", "the ID token does not hold") from cause
        if not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
            raise _refused("id-intyget säger inte vem det gäller", "the subject is empty or too long")
        return dict(claims)

    def _json(self, ask: Callable[..., httpx.Response], url: str, **given: Any) -> dict[str, Any]:
        try:
            answer = ask(url, **given)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as cause:
            raise _unreachable("den svarar inte som den ska", "it does not answer as it should") from cause
        if answer.is_client_error and ask == self._http.post:
            raise _refused("tjänsten godtog inte koden", "the provider did not accept the code")
        if not answer.is_success or not isinstance(told, dict):
            raise _unreachable(f"den svarar {answer.status_code}", f"it answers {answer.status_code}")
        return told

    def _state(self, cookie: str | None) -> str | None:
        """Give the state of a cookie of ours that is not too old."""
        state, _, rest = (cookie or "").partition(".")
        until, _, proof = rest.partition(".")
        if not until.isascii() or not until.isdigit() or not tokens.same(proof, self._derived("cookie", state, until)):
            return None
        return state if self._clock().timestamp() < int(until) else None

    def _derived(self, what: str, *parts: object) -> str:
        """Give 256 bits, as 43 letters, that nobody without the client secret can give."""
        said = ".".join(map(str, ("matcha/oidc/v1", what, *parts))).encode()
        found = hmac.new(self._client_secret.encode(), said, hashlib.sha256).digest()
        return urlsafe_b64encode(found).rstrip(b"=").decode()


def _is_safe(url: object) -> bool:
    """Whether an address is over TLS, or on this very machine."""
    found = urlsplit(url) if isinstance(url, str) else urlsplit("")
    return found.scheme == "https" or (found.scheme == "http" and found.hostname in ("127.0.0.1", "::1", "localhost"))


def _refused(sv: str, en: str) -> Unauthenticated:
    return Unauthenticated(
        f"Inloggningen gick inte igenom ({sv}). Börja om från början.",
        f"The sign-in did not go through ({en}). Start again from the beginning.",
    )


def _unreachable(sv: str, en: str) -> Unavailable:
    return Unavailable(
        f"Inloggningstjänsten går inte att använda just nu ({sv}). Försök igen om en stund.",
        f"The sign-in service cannot be used just now ({en}). Try again in a while.",
    )

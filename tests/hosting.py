"""Who holds a forum through the API: a system with a need and 15 actors who are interested, copied for each test."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcha import Batch, Matcha
from matcha.api import create_app
from matcha.callers import AccountRole, Caller
from matcha.process import ActKind, Criterion
from matcha.records import WeightingForm
from matcha.records import act as forms
from matcha.records.account import AccountForm, KeyForm
from matcha.values import ActorKind
from tests import staging
from tests.conftest import actor, profile
from tests.people import HOST
from tests.town import STATES, Town, _need, _raise, _with_cheap_passwords

NEED = "n-fall"
KINDS = {"f": ActorKind.COMPANY, "u": ActorKind.ACADEMIA, "p": ActorKind.PATIENT_ORGANISATION}
ACTORS = {f"a-{letter}{number}": kind for letter, kind in KINDS.items() for number in range(1, 6)}
MUST = "a-f1"
RULES: dict[str, Any] = {
    "seats": [7, 9],
    "host": {"need_owner": 2, "it": 1},
    "quotas": {"company": [2, 3], "academia": [1, 2], "patient_organisation": [1, 2]},
    "must": {MUST: "har hittat bristen"},
    "coverage": 0,
    "one_sided": 100,
}
INVITING = {"reason": "Lotten har avgjort.", "reply_by": "2026-11-20"}
TIMES = [f"2026-12-{day:02}T{hour:02}:00:00Z" for day in (7, 8) for hour in (9, 10, 13)]
CHIEF = Caller("konto-chef", frozenset({AccountRole.COORDINATOR}))


@dataclass
class World:
    """A system, a client of its API, and the keys of people: `organiser`, `officer`, `administrator`, each actor."""

    matcha: Matcha
    client: TestClient
    keys: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request as somebody, or as the public."""
        known = {"Authorization": f"Bearer {self.keys[who]}"} if who else {}
        return self.client.request(method, f"/v1{path}", json=body, headers={**known, **headers})

    def get(self, who: str, path: str) -> Any:
        """Give what somebody reads."""
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def twice(self, who: str, path: str, body: Any) -> Any:
        """Take a step, and send it once more with the same key: the answer is the same, and nothing is done."""
        self.sent += 1
        first = self.ask(who, "POST", path, body, **{"Idempotency-Key": f"steg-{self.sent}"})
        assert first.status_code == 201, first.text
        size = self.matcha.size()
        again = self.ask(who, "POST", path, body, **{"Idempotency-Key": f"steg-{self.sent}"})
        assert (again.status_code, again.content, self.matcha.size()) == (201, first.content, size)
        return first.json()

    def admit(self, name: str, role: AccountRole, actor_id: str | None = None) -> None:
        """Give somebody an account and a key."""
        form = AccountForm(name=f"{name} Prov", email=f"{name}@vard.example", roles=[role], actor_id=actor_id)
        account = self.matcha.accounts.add(form).account
        self.keys[name] = str(self.matcha.accounts.issue_key(account.id, KeyForm(name="Prov")).text)

    def composed(self, **rules: Any) -> str:
        """Compose a forum, and give its id."""
        made = self.ask("organiser", "POST", f"/needs/{NEED}/forums", {"rules": {**RULES, **rules}})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def held(self) -> str:
        """Take a forum as far as that everybody is invited, and give its id."""
        id = self.composed()
        for step, body in (
            ("draw", {}),
            ("arrangement", {"mixing": "remixed"}),
            ("programme", {"starts": "2026-12-03T12:00:00+01:00", "place": "Stadshuset"}),
            ("invitations", INVITING),
        ):
            answer = self.ask("organiser", "POST", f"/forums/{id}/{step}", body)
            assert answer.status_code == 201, answer.text
        return id


class _Staffed(Town):
    """A town in which everything is done by one coordinator."""

    def caller(self, who: str) -> Caller:
        return CHIEF


@cache
def _app() -> FastAPI:
    return create_app(Matcha.in_memory(), plan=staging.UNLIMITED)


@cache
def _built() -> tuple[Town, dict[str, str]]:
    town = _Staffed(_with_cheap_passwords(Matcha.in_memory()))
    matcha, world = town.matcha, World(town.matcha, TestClient(_app(), HOST))
    texts = ("Vi mäter rörelse på natten.", "Vi lär av larm.", "Patienten väljer själv.", "Larm på natten mäts.")
    profiles = [profile(f"p-{id}", id, f"Fall på natten {n}", texts[n % 4]) for n, id in enumerate(ACTORS) if n % 5]
    matcha.submit(Batch(actors=tuple(actor(id, kind) for id, kind in ACTORS.items()), profiles=tuple(profiles)))
    matcha.publish_weighting(WeightingForm(weights=dict.fromkeys(Criterion, 20), reason="Lika."), CHIEF)
    told = {"title": "Färre fall", "text": "Patienter faller på natten.", "aspects": ("mäta", "larma", "lära")}
    matcha.add_need(_need(NEED).model_copy(update=told), CHIEF)
    for state in STATES[1:]:
        _raise(town, NEED, state)
    for name in ("organiser", "procurement_officer", "administrator"):
        world.admit(name.removeprefix("procurement_"), AccountRole(name))
    for id in ACTORS:
        world.admit(id, AccountRole.SUPPLIER, id)
        matcha.act(NEED, ActKind.INTEREST, forms.InterestForm(), Caller(id, frozenset({AccountRole.SUPPLIER}), id))
    town.keep()
    return town, world.keys


def world() -> World:
    """Put a new copy behind the app, and give it."""
    town, keys = _built()
    _app().state.matcha = town.copied()
    return World(_app().state.matcha, TestClient(_app(), HOST), dict(keys))

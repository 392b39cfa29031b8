"""A need from idea to the next need, told by people through the API alone. `tests/test_story.py` asks what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api.edge import Kind, Plan
from matcha.callers import AccountRole
from matcha.matchlog import receipt
from matcha.records.account import AccountForm
from matcha.store.rates import Rate

NEED = {
    "id": "behov-handhygien",
    "title": "Färre vårdrelaterade infektioner på våra avdelningar",
    "text": "Händerna spritas för sällan på vårdavdelningarna. Infektioner sprids mellan patienter.",
}
WHOLE = {
    **NEED,
    "quantity_number": 120,
    "quantity_unit": "infektioner",
    "quantity_population": "patienter på medicinavdelningar",
    "quantity_period": "år 2026",
    "source": "behovsworkshop",
    "preconditions": "Lösningen ska fungera utan ny kabeldragning.",
    "patient_perspective": "Patienter vill våga fråga om personalen har spritat händerna.",
    "care_setting": "slutenvård",
    "goal": "Halvera infektionerna på ett år.",
    "aspects": ["mäta", "påminna", "lära av varandra"],
}
SUPPLIERS = {
    "aktor-sensor": (
        "Sensorbolaget (demo)",
        "company",
        "Sensorer som mäter handhygien",
        "Vi mäter hur ofta händerna spritas på vårdavdelningar. Avdelningen ser resultatet varje vecka.",
    ),
    "aktor-ljus": (
        "Ljusbolaget (demo)",
        "company",
        "Ljus som desinficerar ytor",
        "UV-ljus desinficerar rum mellan patienter. Smitta på ytor minskar.",
    ),
    "aktor-forskning": (
        "Forskargruppen (demo)",
        "academia",
        "Forskning om följsamhet",
        "Vi studerar varför personal glömmer att sprita händerna, och vad som hjälper.",
    ),
}
WEIGHTS = {"economic": 30, "political": 10, "technological": 20, "legal": 20, "climate": 20}
PASSWORD = "en lång mening som ingen gissar 7"


@dataclass
class Person:
    """Somebody with a browser: signs in, sends the session's token with every change, and repeats every change."""

    client: TestClient
    id: str = ""
    token: str = ""
    changes: list[tuple[str, str]] = field(default_factory=list)

    def sign_in(self, email: str) -> Person:
        found = self._ok(self.client.post("/v1/session", json={"email": email, "password": PASSWORD}), 200)
        self.id, self.token = found["account_id"], found["csrf_token"]
        return self

    def get(self, path: str, status: int = 200, **asked: Any) -> Any:
        return self._ok(self.client.get(f"/v1/{path}", params=asked), status)

    def do(
        self, method: str, path: str, body: Any = None, status: int = 201, headers: Any = None, files: Any = None
    ) -> Any:
        """Make a change, and then the same once more as if the answer had been lost: it is the same answer."""
        key = f"{self.id}:{len(self.changes)}"
        sent = {"X-CSRF-Token": self.token, "Sec-Fetch-Site": "same-origin", "Idempotency-Key": key, **(headers or {})}
        form = {"data": body, "files": files} if files else {"json": body}
        first = self.client.request(method, f"/v1/{path}", headers=sent, **form)
        told = self._ok(first, status)
        if first.is_success:
            self.changes.append((method, path))
            again = self.client.request(method, f"/v1/{path}", headers=sent, **form)
            assert _unsecret(self._ok(again, status)) == _unsecret(told), path
        return told

    def post(self, path: str, status: int = 201, /, **body: Any) -> Any:
        return self.do("POST", path, body, status)

    def _ok(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, (answer.request.url, answer.status_code, answer.text)
        told = answer.content and "json" in answer.headers.get("content-type", "")
        return answer.json() if told else answer.text


def _unsecret(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ("token", "text")}


@dataclass
class Story:
    """Who takes part, and what was told."""

    app: FastAPI
    matcha: Matcha
    people: dict[str, Person] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def anybody(self) -> Person:
        return Person(TestClient(self.app, base_url="https://testserver"))


def tell(app: FastAPI, matcha: Matcha) -> Story:
    """Tell it. Everything but the first administrator's account, which the command line makes, goes through the API."""
    story = Story(app, matcha)
    _accounts(story)
    _idea_to_published(story)
    _profiles(story)
    _dialogue(story)
    _matching(story)
    _procurement(story)
    _effect(story)
    return story


def _enter(story: Story, name: str, token: str) -> Person:
    person = story.anybody()
    person._ok(person.client.post("/v1/passwords", json={"token": token, "password": PASSWORD}), 204)
    story.people[name] = person.sign_in(f"{name}@example.test")
    return person


def _accounts(story: Story) -> None:
    first = AccountForm(name="Alex", email="admin@example.test", roles=[AccountRole.ADMINISTRATOR])
    admin = _enter(story, "admin", story.matcha.accounts.add(first).token or "")
    for name, role in [
        ("koordinator", "coordinator"),
        ("granskare", "coordinator"),
        ("forum", "organiser"),
        ("upphandlare", "procurement_officer"),
    ]:
        made = admin.post("accounts", name=name, email=f"{name}@example.test", roles=[role])
        _enter(story, name, made["token"])
    for id in SUPPLIERS:
        made = admin.post("accounts", name=id, email=f"{id}@example.test", roles=["supplier"], actor_id=id)
        _enter(story, id, made["token"])


def _idea_to_published(story: Story) -> None:
    koordinator, forum = story.people["koordinator"], story.people["forum"]
    assert koordinator.post("needs", **NEED)["state"] == "idea"
    story.anybody().get("needs/behov-handhygien", 404)
    koordinator.post("similar-needs", 200, text="Händerna spritas för sällan.")
    refused = koordinator.post("needs/behov-handhygien/states", 409, state="screened", reason="Klart.")
    assert "utkast" in refused["sv"] or "draft" in refused["sv"]
    koordinator.post("needs/behov-handhygien/states", state="draft", reason="Skrivs färdigt.")
    tag = koordinator.client.get("/v1/needs/behov-handhygien").headers["etag"]
    koordinator.do("PUT", "needs/behov-handhygien", WHOLE, 200, {"If-Match": tag})
    koordinator.do("PUT", "needs/behov-handhygien", {**WHOLE, "goal": "Annat."}, 412, {"If-Match": tag})
    forum.post("weightings", 403, weights=WEIGHTS, reason="Enligt beslut.")
    koordinator.post("needs/behov-handhygien/scores", 409, criterion="legal", score=3, reason="Inga hinder.")
    koordinator.post("weightings", weights=WEIGHTS, reason="Enligt beslut i nämnden.")
    for criterion in WEIGHTS:
        koordinator.post("needs/behov-handhygien/scores", criterion=criterion, score=4, reason="Bedömt i gruppen.")
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    form = {"analysis": "socioeconomic"}
    koordinator.do("POST", "needs/behov-handhygien/attachments", form, files={"file": ("analys.pdf", pdf)})
    koordinator.post("needs/behov-handhygien/secrecy", field="source", secret=True, reason="OSL 19:1, exempel.")
    for state in ("screened", "prioritised", "published"):
        koordinator.post("needs/behov-handhygien/states", state=state, reason="Enligt gången.")
    seen = story.anybody().get("needs/behov-handhygien")
    assert (seen["state"], seen["source"], list(seen["masked"])) == ("published", None, ["source"])
    story.told["screening"] = koordinator.get("screening")


def _profiles(story: Story) -> None:
    koordinator = story.people["koordinator"]
    for id, (name, kind, title, text) in SUPPLIERS.items():
        certificates = [{"name": "ISO 13485", "country": "DE", "equivalent": True}]
        profile = {"id": f"profil-{id}", "actor_id": id, "title": title, "text": text, "certificates": certificates}
        actor = {"id": id, "name": name, "kind": kind}
        made = story.people[id].post("proposals", profile=profile, actor=actor)
        if id == "aktor-ljus":
            koordinator.post(f"proposals/{made['id']}/rulings", ruling="returned", reason="Skriv vad rummen är.")
            profile["text"] = f"{text} Rummen är vårdrum."
            made = story.people[id].post("proposals", profile=profile, actor=actor)
        story.people[id].post(f"proposals/{made['id']}/rulings", 403, ruling="accepted", reason="Min egen.")
        koordinator.post(f"proposals/{made['id']}/rulings", ruling="accepted", reason="Fullständig.")
        assert story.people[id].get(f"profiles/profil-{id}")["text"] == profile["text"]
    assert story.people["aktor-ljus"].get("profiles/profil-aktor-sensor")["text"] is None


def _dialogue(story: Story) -> None:
    koordinator, forum = story.people["koordinator"], story.people["forum"]
    sensor, ljus, forskning = (story.people[id] for id in SUPPLIERS)
    sensor.post("needs/behov-handhygien/questions", 403, text="Hur många avdelningar?")
    for supplier in (sensor, ljus, forskning):
        supplier.post("needs/behov-handhygien/interests", text="Vi vill vara med.")
    forum.post("needs/behov-handhygien/states", state="in_dialogue", reason="Frågor har kommit.")
    asked = sensor.post("needs/behov-handhygien/questions", text="Hur många avdelningar gäller det?")
    koordinator.post("needs/behov-handhygien/answers", question=asked["id"], text="Tolv avdelningar.")
    thread = forskning.post("needs/behov-handhygien/posts", title="Mätning", text="Vad räknas som tillfälle?")
    koordinator.post("needs/behov-handhygien/posts", thread=thread["id"], text="WHO:s fem tillfällen.")
    koordinator.post("needs/behov-handhygien/contacts", actor_id="aktor-ljus", text="Ring verksamhetschefen.")
    met = {"actor_ids": ["aktor-sensor"], "held": "2026-11-20", "exchanged": "De visade en sensor."}
    meeting = forum.post("needs/behov-handhygien/meetings", **met)
    koordinator.post("needs/behov-handhygien/answers", question=meeting["id"], text="Vi har sett en sensor.")
    event = {"kind": "workshop", "title": "Perspektivforum", "starts": "2026-12-10T09:00:00Z", "place": "Aulan"}
    forum.post("needs/behov-handhygien/events", **event)
    story.people["granskare"].post("needs/behov-handhygien/declarations", conflicted=True, reason="Släkt med en ägare.")
    story.told["dialogue"] = {id: story.people[id].get("needs/behov-handhygien/dialogue") for id in SUPPLIERS}


def _matching(story: Story) -> None:
    koordinator, sensor = story.people["koordinator"], story.people["aktor-sensor"]
    asked = {"need_id": "behov-handhygien", "k": 2}
    story.told["answer"] = koordinator.post("matches", 200, **asked)
    sensor.post("matches", 403, **asked)
    story.people["granskare"].post("matches", 403, **asked)
    koordinator.post("matches", 422, **asked, kind="company")
    koordinator.post("matches", 200, **asked, kind="company", reason="Bara företag kan leverera utrustning.")
    own = sensor.post("explanations", 200, profile_id="profil-aktor-sensor", need_id="behov-handhygien")
    sensor.post("explanations", 403, profile_id="profil-aktor-ljus", need_id="behov-handhygien")
    assert own["rank"] == 1
    leaf = story.told["answer"]["leaf_index"]
    story.told["receipt"] = sensor.get(f"profiles/profil-aktor-sensor/receipts/{leaf}")
    story.people["aktor-ljus"].get(f"profiles/profil-aktor-sensor/receipts/{leaf}", 403)
    for id in SUPPLIERS:
        koordinator.post("decisions", need_id=NEED["id"], actor_id=id, choice="invited", reason="Alla tre bjuds in.")
    story.told["invited"] = koordinator.post("needs/behov-handhygien/invitation-lists")
    koordinator.post("needs/behov-handhygien/judgements", profile_id="profil-aktor-sensor", relevant=True)


def _procurement(story: Story) -> None:
    koordinator, upphandlare = story.people["koordinator"], story.people["upphandlare"]
    lock, unlock = ({"locked": locked, "reason": "Upphandling UPP-1."} for locked in (True, False))
    upphandlare.do("PUT", "needs/behov-handhygien/lock", lock, 200)
    before = story.matcha.size()
    koordinator.post("matches", 409, need_id="behov-handhygien")
    koordinator.post("needs/behov-handhygien/contacts", 409, actor_id="aktor-ljus", text="Ring igen.")
    koordinator.post("decisions", 409, need_id=NEED["id"], actor_id="aktor-ljus", choice="invited", reason="Till.")
    met = {"actor_ids": ["aktor-ljus"], "held": "2026-11-21", "exchanged": "Priser."}
    story.people["forum"].post("needs/behov-handhygien/meetings", 409, **met)
    story.people["aktor-ljus"].post("needs/behov-handhygien/questions", 409, text="Får vi fråga?")
    story.told["refused"] = [entry.said["refused"] for _, entry in story.matcha.entries(before)]
    upphandlare.do("PUT", "needs/behov-handhygien/lock", unlock, 200)
    upphandlare.post("needs/behov-handhygien/judgements", 403, profile_id="profil-aktor-ljus", relevant=True)
    story.told["dossier"] = upphandlare.get("needs/behov-handhygien/dossier")


def _effect(story: Story) -> None:
    koordinator = story.people["koordinator"]
    at = "needs/behov-handhygien"
    chosen = {"title": "Sensorer på tolv avdelningar", "text": "Enligt avtal.", "actor_id": "aktor-sensor"}
    solution = koordinator.post(f"{at}/solutions", **chosen, decision="Tilldelningsbeslut UPP-1")
    koordinator.post(f"{at}/states", state="solution_chosen", reason="Avtal finns.")
    koordinator.post(f"{at}/implementations", solution=solution["id"], unit="Avdelning 4", started="2027-02-01")
    koordinator.post(f"{at}/states", state="implemented", reason="I drift.")
    for party in ("staff", "patient"):
        koordinator.post(f"{at}/feedback", solution=solution["id"], party=party, grade=4, text="Det märks.")
    measured = {"solution": solution["id"], "number": 66, "unit": "infektioner", "text": "Punktprevalens."}
    koordinator.post(f"{at}/effects", 422, **{**measured, "unit": "vårddygn"})
    koordinator.post(f"{at}/effects", **measured)
    koordinator.post(f"{at}/states", state="followed_up", reason="Mätt efter ett år.")
    after = {"id": "behov-ytor", "title": "Renare ytor", "text": "Smitta finns kvar på ytor i vårdrummen."}
    koordinator.post("needs", **after, follows="behov-handhygien")
    story.told["outcomes"] = story.anybody().get(f"{at}/outcomes")
    story.told["graph"] = koordinator.get("needs/behov-ytor/graph")


def verified(story: Story) -> receipt.Verified:
    """Verify the supplier's receipt with nothing but the public key."""
    from matcha.matchlog.keys import public_keys

    keys = story.anybody().get("log/keys")["keys"]
    return receipt.verify(story.told["receipt"], public_keys("\n".join(keys)))


def unhurried() -> Plan:
    """The rates of a day in the second it takes to tell the story."""
    return Plan(sign_in=("/v1/session", "/v1/passwords"), rates={kind: Rate(100_000, 1000.0) for kind in Kind})

"""Clients of a served API that do many different things, and write down what was acknowledged to them."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.serving import COUNTER, Keys
from tests.writers import QUESTION, Ack

DIALOGUE = "n-hygien"
OK = frozenset({200, 201})
JOB = 3  # questions in a job


@dataclass
class Notes:
    """What all clients have noted: acknowledgements, how often each status came, and what should not have been."""

    acks: list[Ack] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    again: int = 0  # requests that were sent again because no answer came
    told_to_wait: list[str] = field(default_factory=list)  # what came with 503


def play(
    base: str | Sequence[str],
    keys: list[Keys],
    count: int,
    until: threading.Event | None = None,
    noted: Notes | None = None,
) -> Notes:
    """Let every client do `count` things, all at once; or go on until told, and send again until answered.

    Of several servers each client asks one, and the next one when that does not answer.
    """
    notes, bases = Notes() if noted is None else noted, [base] if isinstance(base, str) else list(base)
    places = [place % len(bases) for place in range(len(keys))]
    clients = [
        Client([*bases[place:], *bases[:place]], each, f"c{n}", notes, until)
        for n, (place, each) in enumerate(zip(places, keys, strict=True))
    ]
    with ThreadPoolExecutor(len(clients)) as threads:
        for done in [threads.submit(client.play, count) for client in clients]:
            done.result()
    return notes


class Client:
    """One client, in a thread of its own. `name` marks everything it does, each with a key of its own."""

    def __init__(self, bases: list[str], keys: Keys, name: str, notes: Notes, until: threading.Event | None) -> None:
        self.keys, self.name, self.notes, self._until = keys, name, notes, until
        self._chance = random.Random(name)
        self._number = 0
        self._own: list[str] = []
        self._drafts: set[str] = set()
        self._questions: list[int] = []
        self._subscriptions: list[int] = []
        self._bases = bases
        self._http = httpx.Client(timeout=60, trust_env=False)

    def play(self, count: int) -> None:
        """Do so many things, one after the other, and go on until told."""
        with self._http:
            self._act("interests", self.keys.supplier, text=f"Vi vill vara med. [{self._next()}]")
            done = 1
            while done < count or not (self._until is None or self._until.is_set()):
                done += 1
                (chosen,) = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
                chosen(self)

    # what a client does

    def _add_need(self) -> None:
        key = self._next()
        body = {"id": f"behov-{key}", "title": f"Behov {key}", "text": f"Här saknas något. [{key}]"}
        self._ack("need", key, self._write("POST", "needs", body, key))
        self._own.append(str(body["id"]))

    def _count_up(self) -> None:
        while True:
            seen = self._ask("GET", f"needs/{COUNTER['id']}", status=OK)
            goal = int(seen.json()["goal"]) + 1
            body, key = {**COUNTER, "goal": str(goal)}, self._next()
            begun = time.monotonic()
            answer = self._write(
                "PUT", f"needs/{COUNTER['id']}", body, key, OK | {412}, {"If-Match": seen.headers["etag"]}
            )
            if answer.status_code != 412:
                self._ack("count", key, answer, begun)
                return

    def _move(self) -> None:
        if not self._own:
            self._add_need()
        id, key = self._chance.choice(self._own), self._next()
        to = "idea" if id in self._drafts else "draft"
        self._ack("act", key, self._write("POST", f"needs/{id}/states", {"state": to, "reason": f"Nu. [{key}]"}, key))
        self._drafts ^= {id}

    def _ask_question(self) -> None:
        told = self._act("questions", self.keys.supplier, text=f"Hur många avdelningar? [{self._next()}]")
        self._questions.append(told["id"])

    def _answer(self) -> None:
        if not self._questions:
            self._ask_question()
        self._act("answers", question=self._chance.choice(self._questions), text=f"Tolv. [{self._next()}]")

    def _post(self) -> None:
        self._act("posts", title="Mätning", text=f"Vad räknas? [{self._next()}]")

    def _judge(self) -> None:
        self._act("judgements", profile_id="p-hygien", relevant=True, reason=f"Den mäter. [{self._next()}]")

    def _propose(self) -> None:
        key = self._next()
        text = f"Vi gör det på ett nytt sätt. [{key}]"
        given = {"id": f"p-{self.keys.actor_id}", "actor_id": self.keys.actor_id, "title": f"Ny {key}", "text": text}
        answer = self._write("POST", "proposals", {"profile": given}, key, whose=self.keys.supplier)
        number, key = self._ack("proposal", key, answer)["id"], self._next()
        ruling = self._chance.choice(("accepted", "returned"))
        body, begun = {"ruling": ruling, "reason": f"Läst. [{key}]"}, time.monotonic()
        for _ in range(20):
            answer = self._write("POST", f"proposals/{number}/rulings", body, key, OK | {409})
            if answer.status_code != 409:
                self._ack("ruling", key, answer, begun)
                return
        self.notes.wrong.append(f"proposal {number} cannot be ruled about: {answer.text}")

    def _subscribe(self) -> None:
        key = self._next()
        if self._subscriptions and self._chance.random() < 0.5:
            number = self._subscriptions.pop()
            self._ack("unsubscribed", key, self._write("DELETE", f"subscriptions/{number}", None, key))
            return
        told = self._ack("subscription", key, self._write("POST", "subscriptions", {"words": key}, key))
        self._subscriptions.append(told["id"])

    def _match(self) -> None:
        key = self._next()
        body = {"text": f"{QUESTION} Fråga {key}.", "k": self._chance.randrange(1, 4)}
        self._ack("match", key, self._write("POST", "matches", body, key))

    def _explain(self) -> None:
        key = self._next()
        body = {"profile_id": f"p-{self.keys.actor_id}", "need_id": DIALOGUE}
        self._ack("explanation", key, self._write("POST", "explanations", body, key))

    def _read(self) -> None:
        known = set(self._own)
        seen = self._pages("needs", 100, "id")
        if not known <= set(seen):
            self.notes.wrong.append(f"{self.name} does not see its own needs: {sorted(known - set(seen))}")
        self._pages(f"needs/{DIALOGUE}/acts", 500, "id", self.keys.coordinator)
        self._ask("GET", "log/checkpoint", status=OK)

    def _pages(self, path: str, limit: int, name: str, whose: str | None = None) -> list[Any]:
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = f"{path}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            told = self._ask("GET", asked, whose=whose, status=OK).json()
            found += [one[name] for one in told["items"]]
            cursor = told["next"]
        if found != sorted(set(found)):
            self.notes.wrong.append(f"{path} is out of order, or says something twice")
        return found

    def _twice(self) -> None:
        """Send the same request twice at once, and then once more."""
        key = self._next()
        seen = self._ask("GET", f"needs/{COUNTER['id']}", status=OK)
        goal = {**COUNTER, "goal": str(int(seen.json()["goal"]) + 1)}
        choices: list[tuple[str, str, str, dict[str, Any]]] = [
            ("act", "POST", f"needs/{DIALOGUE}/posts", {"title": "Två gånger", "text": f"En gång. [{key}]"}),
            ("match", "POST", "matches", {"text": f"{QUESTION} Fråga {key}.", "k": 2}),
            ("count", "PUT", f"needs/{COUNTER['id']}", goal),
        ]
        kind, method, path, body = self._chance.choice(choices)
        headers = {"If-Match": seen.headers["etag"]} if kind == "count" else {}
        accepted = OK | {412} if kind == "count" else OK
        begun = time.monotonic()

        def send(_: int) -> httpx.Response:
            return self._write(method, path, body, key, accepted, headers)

        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(send, range(2)))
        answers.append(send(2))
        if len({(answer.status_code, answer.text if answer.is_success else "") for answer in answers}) != 1:
            self.notes.wrong.append(f"{kind} {key}: {[(a.status_code, a.text[:300]) for a in answers]}")
        if answers[0].is_success:
            self._ack(kind, key, answers[0], begun)
            other = self._write(method, path, {**body, "text": "Något annat."}, key, frozenset({422}), headers)
            assert "Idempotency-Key" in other.text

    def _job(self) -> None:
        key = self._next()
        asked = [{"text": f"{QUESTION} Fråga {key} {n}.", "k": 1} for n in range(JOB)]
        self._ack("job", key, self._write("POST", "jobs", {"questions": asked}, key, OK | {202}))

    # how it is sent, and noted

    def _act(self, path: str, whose: str | None = None, **body: Any) -> Any:
        key = f"{self.name}-{self._number}"
        return self._ack("act", key, self._write("POST", f"needs/{DIALOGUE}/{path}", body, key, whose=whose))

    def _next(self) -> str:
        self._number += 1
        self._began = time.monotonic()
        return f"{self.name}-{self._number}"

    def _ack(self, what: str, key: str, answer: httpx.Response, begun: float | None = None) -> Any:
        told = answer.json()
        ack = {"what": what, "key": key, "begun": begun or self._began, "ended": time.monotonic(), "told": told}
        leaf = told.get("touched", told.get("leaf_index"))
        if leaf is not None:
            ack["leaf"] = leaf
        self.notes.acks.append(ack)
        return told

    def _write(
        self,
        method: str,
        path: str,
        body: Any,
        key: str,
        status: frozenset[int] = OK,
        headers: dict[str, str] | None = None,
        whose: str | None = None,
    ) -> httpx.Response:
        return self._ask(method, path, body, {"Idempotency-Key": key, **(headers or {})}, status, whose)

    def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        status: frozenset[int] = OK,
        whose: str | None = None,
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {whose or self.keys.coordinator}", **(headers or {})}
        answer = self._answered(
            lambda http: http.request(method, f"{self._bases[0]}/v1/{path}", json=body, headers=sent)
        )
        self.notes.statuses[method, answer.status_code] += 1
        if answer.status_code not in status:
            self.notes.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
            raise AssertionError(self.notes.wrong[-1])
        return answer

    def _answered(self, send: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        ends = time.monotonic() + 60
        while True:
            try:
                answer = send(self._http)
                if answer.status_code != 503 or self._until is None or time.monotonic() > ends:
                    return answer
                self.notes.told_to_wait.append(answer.text)
            except httpx.TransportError:
                if self._until is None or time.monotonic() > ends:
                    raise
            self.notes.again += 1
            self._bases = [*self._bases[1:], self._bases[0]]
            time.sleep(0.05)


_WEIGHTS: dict[Callable[[Client], None], int] = {
    Client._add_need: 12,
    Client._count_up: 14,
    Client._move: 10,
    Client._ask_question: 8,
    Client._answer: 8,
    Client._post: 8,
    Client._judge: 6,
    Client._propose: 4,
    Client._subscribe: 6,
    Client._match: 6,
    Client._explain: 3,
    Client._read: 8,
    Client._twice: 7,
    Client._job: 1,
}

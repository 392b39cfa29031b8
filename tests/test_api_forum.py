"""A forum through the API alone, from its rules to its end, and what of it each is shown (R1, R28)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from matcha import Batch
from matcha.callers import AccountRole
from matcha.forum.drawing import draw
from matcha.forum.plan import Composition, Problem, Seed
from matcha.interchange.forum.files import ForumFile
from matcha.interchange.forum.record import forum_json
from matcha.process import ActKind, SeedSource
from tests import hosting
from tests.conftest import actor
from tests.hosting import ACTORS, INVITING, MUST, NEED, RULES, TIMES, World

LATE = "a-late"  # registered when the forum had been composed
DICE = {"source": "dice", "said": "4 2 6 1 3 5 2 2 6 1", "witnesses": ["Vera Vittne"]}


@pytest.fixture
def world() -> World:
    """A system of its own for each test."""
    return hosting.world()


def told_of_others(text: str, own: str) -> list[str]:
    """Give the actors that a text tells of beside one's own."""
    return [id for id in ACTORS if id != own and re.search(rf"\b{id}\b", text)]


def assert_own(world: World, forum: str) -> dict[str, Any]:
    """See the forum as every supplier does: nothing of others. Give what each sees."""
    seen = {}
    for id in ACTORS:
        answer = world.ask(id, "GET", f"/forums/{forum}/own")
        assert answer.status_code == 200, answer.text
        assert told_of_others(answer.text, id) == [], answer.text
        assert not {"rank", "grades", "closeness", "invitations", "reserves"} & set(_names(answer.json()))
        seen[id] = answer.json()
    return seen


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _names(one)


def test_a_forum_from_its_rules_to_its_end(world: World) -> None:
    forum = world.twice("organiser", f"/needs/{NEED}/forums", {"rules": RULES})
    id, at = forum["id"], f"/forums/{forum['id']}"
    assert forum["seed"] is None
    assert forum["candidates"] == len(ACTORS)
    assert {one["reason"] for one in forum["not_selected"]} == {"awaiting"}
    assert {one["result"] for one in assert_own(world, id).values()} == {"awaiting"}

    trial = world.twice("organiser", f"{at}/draw", {"source": "trial", "said": "prov"})
    assert len(trial["invitations"]) in range(4, 7)
    seen = assert_own(world, id)
    assert {(one["result"], one["seed"], one["reason"]) for one in seen.values()} == {("awaiting", None, None)}
    assert world.ask("organiser", "POST", f"{at}/invitations", INVITING).status_code == 409

    drawn = world.twice("organiser", f"{at}/draw", {})
    assert drawn["seed"]["source"] == "checkpoint"
    assert world.ask("organiser", "POST", f"{at}/draw", DICE).status_code == 409
    assert {one["result"] for one in assert_own(world, id).values()} == {"awaiting"}  # all are told at once
    _assert_drawn_again(world, drawn)

    arranged = world.twice("organiser", f"{at}/arrangement", {"mixing": "remixed"})
    assert sum(len(group["members"]) for group in arranged["groups"]) == sum(
        [3, *(one["seats"] for one in arranged["invitations"])]
    )
    assert arranged["pairs"]["met"] <= arranged["pairs"]["bound"] <= arranged["pairs"]["possible"]
    stations = [{"room": f"Sal {n}", "facilitator": f"Siv {n}", "note_taker": f"Nils {n}"} for n in range(3)]
    starts = {"starts": "2026-12-03T12:00:00+01:00", "place": "Stadshuset", "stations": stations}
    planned = world.twice("organiser", f"{at}/programme", starts)
    assert planned["programme"][0]["starts"] == "2026-12-03T12:00:00+01:00"
    assert [one["room"] for one in planned["stations"]] == ["Sal 0", "Sal 1", "Sal 2"]

    invited = world.twice("organiser", f"{at}/invitations", INVITING)
    own = assert_own(world, id)
    for one in invited["invitations"]:
        mine = own[one["actor_id"]]
        assert (mine["result"], mine["chance"]) == ("invited", one["chance"])
        assert [visit["round"] for visit in mine["own_seats"][0]["visits"]] == [1, 2, 3]
        assert mine["own_seats"][0]["visits"][0]["starts"].startswith("2026-12-03T12:35")
    assert "har hittat bristen" in own[MUST]["reason"]["sv"]
    for one in invited["reserves"]:
        assert (own[one["actor_id"]]["result"], own[one["actor_id"]]["order"]) == ("reserve", one["order"])
    for one in invited["not_selected"]:
        assert (own[one["actor_id"]]["result"], own[one["actor_id"]]["own_seats"]) == ("not_selected", [])

    coming = [one["actor_id"] for one in invited["invitations"]]
    kinds = {one["actor_id"]: one["kind"] for one in invited["invitations"]}
    lost = next(id for id in coming if kinds[id] == "company" and id != MUST)
    for who in coming:
        body = {"actor_id": who, "reply": "declined" if who == lost else "accepted", "meeting_times": TIMES}
        answer = world.twice(who, f"{at}/replies", body)
        assert (answer["result"], answer["reply"]) == ("invited", body["reply"])
    assert_own(world, id)

    replaced = world.twice("organiser", f"{at}/replacements", {"actor_id": lost, "reason": "Tackade nej."})
    new = next(one for one in replaced["invitations"] if one["in_place_of"] == lost)
    assert new["reason"] == f"reserve:{lost}"
    own = assert_own(world, id)
    assert (own[lost]["result"], own[new["actor_id"]]["result"]) == ("not_selected", "invited")
    world.twice(
        "organiser", f"{at}/replies", {"actor_id": new["actor_id"], "reply": "accepted", "meeting_times": TIMES}
    )

    gone = next(one["id"] for group in replaced["groups"] for one in group["members"] if one["actor_id"] == MUST)
    changed = world.twice("organiser", f"{at}/changes", {"gone": [gone], "done": 1})
    number = next(group["number"] for group in changed["groups"] if gone in [one["id"] for one in group["members"]])
    assert [bool(stations[number - 1]) for stations in changed["rotation"]] == [True, False, False]
    assert_own(world, id)

    teams = [{"name": "Behovsteamet", "times": TIMES}]
    timed = world.twice("organiser", f"{at}/meetings", {"template": "Samma frågor till alla.", "teams": teams})
    meetings = sorted(timed["meetings"], key=lambda one: one["starts"])
    assert len(meetings) + len(timed["unplaced"]) == len(coming)
    assert world.ask("organiser", "POST", f"{at}/closing", {}).status_code == 409  # notes are missing
    late = {"actor_id": meetings[1]["actor_id"], "held": "2026-12-07", "notes": "För tidigt."}
    assert world.ask("organiser", "POST", f"{at}/notes", late).status_code == 409  # the first one's are missing
    for one in meetings:
        note = {"actor_id": one["actor_id"], "held": one["starts"][:10], "notes": "Vi talade om larm."}
        world.twice("organiser", f"{at}/notes", note)
    own = assert_own(world, id)
    first = own[meetings[0]["actor_id"]]["meetings"]
    assert [(one["team"], one["held"], one["offer"]) for one in first] == [
        ("Behovsteamet", meetings[0]["starts"][:10], "Samma frågor till alla.")
    ]
    assert not any("Vi talade" in json.dumps(one) for one in own.values())

    gave = {"actor_id": MUST, "insight": 5, "contacts": 4, "again": 5, "text": "Vi lärde oss mycket."}
    valued = world.twice(MUST, f"{at}/values", gave)
    assert (valued["value"]["insight"], valued["value"]["text"]) == (5, "Vi lärde oss mycket.")
    assert not any("lärde oss" in json.dumps(one) for who, one in assert_own(world, id).items() if who != MUST)

    found = world.twice("organiser", f"{at}/outcomes", {"kind": "proposal", "text": "Prova tre nätter.", "station": 2})
    assert found["outcomes"][0]["text"] == "Prova tre nätter."
    assert world.ask("organiser", "POST", f"{at}/closing", {}).status_code == 409  # the others have not been told
    for act in world.get("organiser", at)["untold"]:
        answer = {"question": act, "text": "I alla möten talades om larm."}
        assert world.ask("organiser", "POST", f"/needs/{NEED}/answers", answer).status_code == 201
    closed = world.twice("organiser", f"{at}/closing", {"text": "Tack."})
    assert closed["closed"] is not None

    steps = [one["kind"] for one in world.get("officer", at)["steps"]]
    assert steps[:5] == [f"forum_{one}" for one in ("composed", "drawn", "drawn", "arranged", "planned")]
    assert steps[-3:] == ["forum_valued", "forum_outcome", "forum_closed"]
    assert world.matcha.audit().faults == ()


def _assert_drawn_again(world: World, forum: Mapping[str, Any]) -> None:
    """Draw once more from the bytes that were committed to, as anybody may."""
    at = f"/forums/{forum['id']}/composition"
    committed = world.ask("officer", "GET", at)
    problem = world.ask("officer", "GET", f"{at}?what=problem")
    assert committed.headers["content-type"] == "application/json"
    assert hashlib.sha256(committed.content).hexdigest() == forum["digest"]
    assert hashlib.sha256(problem.content).hexdigest() == committed.json()["problem"]
    seed = Seed(SeedSource.CHECKPOINT, forum["seed"]["said"])
    drawn = draw(Problem.from_bytes(problem.content), Composition.from_bytes(committed.content), seed)
    assert list(drawn.invited) == [one["actor_id"] for one in forum["invitations"]]


def test_what_is_shown_is_the_record(world: World) -> None:
    id = world.held()

    def alike(shown: Any, record: Any) -> None:
        if isinstance(record, dict):
            assert list(shown) == list(record)
            for name in record:
                alike(shown[name], record[name])
        elif isinstance(record, list):
            assert len(shown) == len(record)
            for one, other in zip(shown, record, strict=True):
                alike(one, other)
        elif isinstance(record, str) and record.endswith("+00:00"):
            assert shown == f"{record.removesuffix('+00:00')}Z"
        else:
            assert shown == record

    alike(world.get("administrator", f"/forums/{id}"), forum_json(world.matcha.forum(id)))


def test_rules_that_cannot_all_hold_are_named_with_what_mends_them(world: World) -> None:
    rules = {**RULES, "seats": [40, 50], "quotas": {}}
    refused = world.ask("organiser", "POST", f"/needs/{NEED}/forums", {"rules": rules})
    problem = refused.json()
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert [one["rule"] for one in problem["conflict"]] == ["seats_fewest"]
    (change,) = problem["relaxations"]
    assert (change["rule"], change["before"], change["after"], change["of"]) == ("seats_fewest", 40, 18, [])
    assert change["sv"].startswith("minst 40 platser")
    assert change["en"].startswith("at least 40 seats")
    assert all(one["sv"] and one["en"] and isinstance(one["of"], list) for one in problem["conflict"])
    assert not world.matcha.acts(NEED, ActKind.FORUM_COMPOSED)
    mended = {**rules, "seats": [change["after"], 50]}
    assert world.ask("organiser", "POST", f"/needs/{NEED}/forums", {"rules": mended}).status_code == 201
    rules = {**RULES, "never_together": [["a-f2", MUST]], "must": {MUST: "x", "a-f2": "y"}}
    told = world.ask("organiser", "POST", f"/needs/{NEED}/forums", {"rules": rules}).json()
    assert [(one["rule"], one["of"]) for one in told["conflict"]] == [
        ("never_together", [MUST, "a-f2"]),
        ("must", [MUST]),
        ("must", ["a-f2"]),
    ]


def test_a_forum_that_has_not_changed_is_not_sent_again(world: World) -> None:
    id = world.composed()
    first = world.ask("officer", "GET", f"/forums/{id}")
    newest = max(step["leaf_index"] for step in first.json()["steps"])
    assert first.headers["etag"].startswith(f'"{newest}-')
    known = {"If-None-Match": first.headers["etag"]}
    again = world.ask("officer", "GET", f"/forums/{id}", **known)
    assert (again.status_code, again.content) == (304, b"")
    drawn = world.ask("organiser", "POST", f"/forums/{id}/draw", DICE)
    after = world.ask("officer", "GET", f"/forums/{id}", **known)
    assert (after.status_code, after.headers["etag"]) == (200, drawn.headers["etag"])


def test_every_file_comes_with_its_kind_and_as_a_download(world: World) -> None:
    id = world.composed()
    world.ask("organiser", "POST", f"/forums/{id}/draw", {})
    for name in (ForumFile.GROUPS, ForumFile.BADGES, ForumFile.PROGRAMME):
        assert world.ask("officer", "GET", f"/forums/{id}/files/{name}").status_code == 409
    id = world.held()
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "ics": b"BEGIN:VCALENDAR", "pdf": b"%PDF-1.7", "json": b"{"}
    for name in ForumFile:
        answer = world.ask("officer", "GET", f"/forums/{id}/files/{name}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == name.media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content.startswith(starts[name.rpartition(".")[2]])
        english = world.ask("officer", "GET", f"/forums/{id}/files/{name}?language=en")
        assert (english.content == answer.content) == (name is ForumFile.RECORD)
    for other in ("passwd", "..%2Fforum.pdf", "forum.exe"):
        assert world.ask("officer", "GET", f"/forums/{id}/files/{other}").status_code in (404, 422)


def test_what_lists_tell_before_the_draw(world: World) -> None:
    id = world.composed()
    for name in (ForumFile.NOT_SELECTED, ForumFile.WORKBOOK, ForumFile.REPORT, ForumFile.RECORD):
        assert world.ask("officer", "GET", f"/forums/{id}/files/{name}").status_code == 200


def test_letters_are_to_one_actor_and_tell_of_no_other(world: World) -> None:
    id = world.held()
    forum = world.get("officer", f"/forums/{id}")
    for kind, of in (("invitation", "invitations"), ("reserve", "reserves"), ("not_selected", "not_selected")):
        for one in forum[of]:
            for language in ("sv", "en"):
                path = f"/forums/{id}/letters?actor={one['actor_id']}&language={language}"
                letter = world.get("organiser", path)
                assert (letter["kind"], letter["actor_id"], letter["language"]) == (kind, one["actor_id"], language)
                assert one["name"] in letter["body"]
                assert told_of_others(letter["body"], one["actor_id"]) == []
    invitation = world.get("organiser", f"/forums/{id}/letters?actor={MUST}")
    assert all(word in invitation["body"] for word in ("organiser Prov", "organiser@vard.example", "20 november 2026"))
    given = world.get("organiser", f"/forums/{id}/letters?actor={MUST}&sender=Regionen&contact=x&reply_by=2026-11-02")
    assert all(word in given["body"] for word in ("Regionen", "2 november 2026"))
    assert world.ask("organiser", "GET", f"/forums/{id}/letters?actor=a-saknas").status_code == 404


def test_forums_of_a_need_are_listed_page_by_page(world: World) -> None:
    ids = [world.composed() for _ in range(3)]
    first = world.get("officer", f"/needs/{NEED}/forums?limit=2")
    rest = world.get("officer", f"/needs/{NEED}/forums?limit=2&cursor={first['next']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert (rest["next"], [one["composed"] for one in first["items"]]) == (None, [1, 2])
    assert world.get(MUST, f"/needs/{NEED}/forums")["items"][0]["id"] == ids[0]
    world.matcha.submit(Batch(actors=(actor(LATE),)))
    world.admit(LATE, AccountRole.SUPPLIER, LATE)
    assert world.get(LATE, f"/needs/{NEED}/forums")["items"] == []
    assert world.ask(LATE, "GET", f"/forums/{ids[0]}/own").status_code == 404
    assert world.ask("", "GET", f"/needs/{NEED}/forums").status_code == 401
    assert world.ask("officer", "GET", "/needs/n-saknas/forums").status_code == 404


def test_a_supplier_speaks_for_its_own_actor_alone(world: World) -> None:
    id = world.held()
    coming = [one["actor_id"] for one in world.get("officer", f"/forums/{id}")["invitations"]]
    other = next(one for one in coming if one != MUST)
    left = next(one for one in ACTORS if one not in coming)
    size = world.matcha.size()
    for who, of, reply, status in (
        (other, MUST, "accepted", 403),
        (MUST, MUST, "attended", 403),
        (left, left, "accepted", 404),
        (left, "a-saknas", "accepted", 403),
    ):
        answer = world.ask(who, "POST", f"/forums/{id}/replies", {"actor_id": of, "reply": reply})
        assert (answer.status_code, told_of_others(answer.text, of)) == (status, []), answer.text
    values = {"insight": 1, "contacts": 1, "again": 1}
    assert world.ask(other, "POST", f"/forums/{id}/values", {"actor_id": MUST, **values}).status_code == 403
    assert world.ask(left, "POST", f"/forums/{id}/values", {"actor_id": left, **values}).status_code == 404
    assert world.matcha.size() == size

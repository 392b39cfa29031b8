"""What hostile or clumsy people send to a forum: it is refused or works, soon, and the forum can be read after it."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Any

import pytest

from tests import hosting
from tests.hosting import ACTORS, INVITING, MUST, NEED, RULES, TIMES, World

FAR = ["9999-12-31T23:59:00Z"]
SOON = 10.0  # seconds


@cache
def shared() -> tuple[World, str, str]:
    """Give a system for all of these tests, with a forum that is composed and one that people are invited to."""
    world = hosting.world()
    return world, world.composed(), world.held()


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("draw", {}),
        ("arrangement", {}),
        ("programme", {"starts": "2026-12-03T12:00:00Z", "place": "x"}),
        ("invitations", INVITING),
        ("replies", {"actor_id": MUST, "reply": "accepted"}),
        ("replacements", {"actor_id": MUST, "reason": "x"}),
        ("changes", {}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": TIMES}]}),
        ("notes", {"actor_id": MUST, "held": "2026-12-07", "notes": "x"}),
        ("outcomes", {"kind": "knowledge", "text": "x"}),
        ("values", {"actor_id": MUST, "insight": 1, "contacts": 1, "again": 1}),
        ("closing", {}),
    ],
)
def test_a_step_of_no_forum_is_404_and_one_too_early_409(step: str, body: Any) -> None:
    world, early, _ = shared()
    size = world.matcha.size()
    assert world.ask("organiser", "POST", f"/forums/forum-saknas/{step}", body).status_code == 404
    assert world.ask(MUST, "POST", f"/forums/forum-saknas/{step}", body).status_code in (403, 404)
    assert world.ask("officer", "POST", f"/forums/forum-saknas/{step}", body).status_code == 403
    assert world.matcha.size() == size
    if step not in ("draw", "programme", "closing"):
        refused = world.ask("organiser", "POST", f"/forums/{early}/{step}", body)
        assert refused.status_code in (404, 409), refused.text


@pytest.mark.parametrize(
    "rules",
    [
        {"seats": [500, 0]},
        {"seats": [0, 500], "host": {"it": 500}},
        {"seats": [-1, 5]},
        {"seats": [1, 2, 3]},
        {"seats": [10**30, 10**30]},
        {"host": {"gubbe": 1}},
        {"quotas": {"company": [500, 500], "academia": [5, 2]}},
        {"house_seats": 0},
        {"never_together": [["a-f1", "a-f1"]]},
        {"never_together": [["a-f1", "a-f2"]] * 2000},
        {"never_together": [["a-f1", "a-f2"]] * 2001},
        {"apart": [["a-f1", f"a-{n}"] for n in range(1000)]},
        {"houses": [["a-f1", "a-f1"]] * 2000},
        {"houses": [[f"a-f{n}" for n in range(1, 6)]], "house_seats": 1, "quotas": {}, "seats": [9, 9]},
        {"must": dict.fromkeys(ACTORS, "x")},
        {"must": {"a-f1": "x"}, "conflicts": {"a-f1": "x"}},
        {"conflicts": dict.fromkeys(ACTORS, "x")},
        {"must": {"../../etc": "x"}},
        {"parts": dict.fromkeys(ACTORS, "it")},
        {"aspects": ["x"] * 7},
        {"aspects": ["mäta", "mäta"]},
        {"aspects": ["en", "tre"]},
        {"aspects": ["x" * 300, "y" * 300]},
        {"one_sided": 0},
        {"coverage": 50},
        {"qualify": 4},
        {"inviting": "alla"},
    ],
    ids=lambda rules: json.dumps(rules)[:50],
)
def test_odd_rules_are_refused_or_work_and_soon(rules: Any) -> None:
    world, _, _ = shared()
    began = time.perf_counter()
    answer = world.ask("organiser", "POST", f"/needs/{NEED}/forums", {"rules": {**RULES, **rules}, "reason": "Prov."})
    assert answer.status_code in (201, 404, 409, 422), answer.text
    assert time.perf_counter() - began < SOON


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("changes", {"gone": ["nobody/1"] * 500}),
        ("changes", {"late": {f"{MUST}/1": 8}}),
        ("changes", {"gone": [f"{MUST}/1"], "late": {f"{MUST}/1": 2}, "come": [MUST], "done": 8}),
        ("changes", {"done": 3}),
        ("changes", {"come": list(ACTORS)}),
        ("programme", {"starts": "2026-12-03T23:30:00Z", "place": "x"}),
        ("programme", {"starts": "0001-01-01T00:00:00Z", "place": "x"}),
        ("programme", {"starts": "9999-12-31T23:00:00Z", "place": "x"}),
        ("programme", {"starts": "9999-12-31T08:00:00-23:59", "place": "x"}),
        ("programme", {"starts": "2026-12-03T12:00:00Z", "place": "x", "round": 120, "arrival": 180}),
        ("programme", {"starts": "2026-12-03T12:00:00Z", "place": "x", "briefing": 0}),
        ("arrangement", {"stations": 8, "mixing": "free"}),
        ("arrangement", {"stations": 8, "mixing": "whole"}),
        ("programme", {"starts": "0001-01-01T00:00:00+01:00", "place": "x"}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": ["0001-01-01T00:00:00+01:00"]}]}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": FAR}], "wishes": {MUST: FAR}}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": ["9999-12-31T23:59:00Z"]}] * 20}),
        ("meetings", {"template": "x", "teams": [{"name": f"{n}", "times": TIMES} for n in range(20)]}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": TIMES}], "wishes": {"a-saknas": TIMES}}),
        ("meetings", {"template": "x", "teams": [{"name": "x", "times": TIMES}], "wishes": {MUST: ["x"]}}),
        ("notes", {"actor_id": MUST, "held": "2026-12-07", "notes": "x"}),
        ("outcomes", {"kind": "knowledge", "text": "x", "station": 8}),
        ("replacements", {"actor_id": "a-saknas", "reason": "x"}),
        ("draw", {"source": "dice", "said": "7 7 7", "witnesses": ["x"]}),
        ("replies", {"actor_id": MUST, "reply": "accepted", "meeting_times": ["9999-12-31T23:59:59-23:59"] * 200}),
    ],
    ids=lambda one: one if isinstance(one, str) else json.dumps(one)[:60],
)
def test_odd_steps_are_refused_or_work_and_soon(step: str, body: Any) -> None:
    world, _, held = shared()
    began = time.perf_counter()
    answer = world.ask("organiser", "POST", f"/forums/{held}/{step}", body)
    assert answer.status_code in (201, 404, 409, 422), answer.text
    assert time.perf_counter() - began < SOON
    assert world.ask("organiser", "GET", f"/forums/{held}").status_code == 200
    assert world.ask(MUST, "GET", f"/forums/{held}/own").status_code == 200
    assert world.ask("organiser", "GET", f"/forums/{held}/files/program.ics").status_code in (200, 409)


def test_more_meetings_than_can_be_weighed_soon_are_refused_at_once() -> None:
    world, _, held = shared()
    times = [
        f"2026-12-{day:02}T{hour:02}:{minute:02}:00Z" for day in (7, 8) for hour in range(24) for minute in (0, 30)
    ]
    coming = [one["actor_id"] for one in world.get("officer", f"/forums/{held}")["invitations"]]
    body = {
        "template": "x",
        "teams": [{"name": f"{n}", "times": times} for n in range(20)],
        "wishes": dict.fromkeys(coming, times),
    }
    began = time.perf_counter()
    refused = world.ask("organiser", "POST", f"/forums/{held}/meetings", body)
    assert (refused.status_code, "too many" in refused.json()["en"]) == (422, True)
    assert time.perf_counter() - began < SOON / 5

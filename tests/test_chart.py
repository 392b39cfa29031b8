"""The map of needs and solutions: its places, what is kept of it, and how it is drawn."""

from __future__ import annotations

import random
import threading
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree
from sklearn.manifold import trustworthiness

from matcha import Batch, HashingEncoder, Matcha, scoring
from matcha.matchlog.keys import MemoryKeeper
from matcha.needs import layout
from matcha.needs.chart import EMPTY, Chart, ChartGroup, ChartNeed, Offer, chart, most_like
from matcha.needs.clusters import Clusters, Gap, Group
from matcha.needs.layout import Directions, Place, places
from matcha.process import State
from matcha.records import ErasureForm, NeedForm
from matcha.records.erasure import Erased, Ground
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service.charting import Charting
from matcha.store import Store
from matcha.values import ActorKind, ActorRef, Band, Language
from matcha.web.languages import address
from matcha.web.map_picture import APART, CLEAR, FEW, FEW_NEEDS, FEW_ROWS, SHAPES, picture, table
from matcha.web.map_words import HEIGHT, WIDTH
from matcha.web.rendering import render
from tests.conftest import actor, profile, small_batch

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert(1)</script>&amp; ' onload=x"


def directions(prefix: str, count: int, seed: int, fields: int = 9) -> dict[str, np.ndarray]:
    """Items that lie in fields, as texts do."""
    middles = np.random.default_rng(7).normal(size=(fields, 48))
    rng = np.random.default_rng(seed)
    found = middles[rng.integers(fields, size=count)] + rng.normal(size=(count, 48)) * 0.9
    whole = scoring.direction((found * 1000).astype(np.int64))
    return {f"{prefix}-{place:05}": row for place, row in enumerate(whole)}


NEEDS, PROFILES = directions("n", 40, 1), directions("p", 160, 2)


def shuffled(given: Directions, seed: int) -> Directions:
    keys = list(given)
    random.Random(seed).shuffle(keys)
    return {key: given[key] for key in keys}


def plane(found: dict[str, dict[str, Place]]) -> np.ndarray:
    return np.array([(p.x, p.y) for side in found.values() for p in side.values()], float)


def test_the_order_of_the_items_and_their_ids_do_not_matter() -> None:
    first = places(NEEDS, PROFILES)
    assert all(places(shuffled(NEEDS, seed), shuffled(PROFILES, seed)) == first for seed in range(2))
    renamed = places({f"z{5000 - int(id[2:])}": v for id, v in NEEDS.items()}, PROFILES)
    assert renamed["needs"]["z5000"] == first["needs"]["n-00000"]
    assert renamed["profiles"] == first["profiles"]


def test_neighbours_stay_neighbours_better_than_by_principal_components() -> None:
    vectors = np.stack([*NEEDS.values(), *PROFILES.values()]).astype(float)
    centred = vectors - vectors.mean(axis=0)
    components = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    kept = trustworthiness(vectors, plane(places(NEEDS, PROFILES)), n_neighbors=10)
    assert kept > 0.85  # measured: 0.9
    assert kept > trustworthiness(vectors, components, n_neighbors=10) + 0.05


def test_a_profile_more_does_not_move_the_map() -> None:
    before = plane(places(NEEDS, PROFILES))
    for gone in range(0, len(PROFILES), 40):
        rest = {id: v for place, (id, v) in enumerate(PROFILES.items()) if place != gone}
        stayed = np.delete(before, len(NEEDS) + gone, axis=0)
        moved = np.linalg.norm(plane(places(NEEDS, rest)) - stayed, axis=1)
        assert np.median(moved) < 0.05 * layout.SIDE


def test_what_says_the_same_lies_at_the_same_place_and_moves_nothing() -> None:
    first = places(NEEDS, PROFILES)
    twin = places(NEEDS, {**PROFILES, "p-twin": PROFILES["p-00003"]})
    assert twin["profiles"].pop("p-twin") == first["profiles"]["p-00003"]
    assert twin == first
    both = places({"a": NEEDS["n-00001"], "b": NEEDS["n-00001"]}, {"c": NEEDS["n-00001"]})
    assert {p for side in both.values() for p in side.values()} == {Place(500, 500)}


def test_few_items_have_places() -> None:
    ids = list(NEEDS)
    assert places({}, {}) == {"needs": {}, "profiles": {}}
    assert places({"a": NEEDS[ids[0]]}, {}) == {"needs": {"a": Place(500, 500)}, "profiles": {}}
    two = places({"a": NEEDS[ids[0]]}, {"b": NEEDS[ids[1]]})
    assert sorted([two["needs"]["a"], two["profiles"]["b"]], key=lambda p: p.x) == [Place(0, 500), Place(1000, 500)]
    for count in range(3, 8):
        some = places({id: NEEDS[id] for id in ids[:count]}, {})["needs"].values()
        assert len(set(some)) == count
        assert all(0 <= p.x <= 1000 and 0 <= p.y <= 1000 for p in some)
    assert places({"a": np.zeros(48, np.int16)}, {"b": NEEDS[ids[0]]})["needs"].keys() == {"a"}


def alike(id: str, count: int) -> tuple[str, ...]:
    own = NEEDS[id].astype(float)
    return tuple(sorted(NEEDS, key=lambda other: -float(own @ NEEDS[other].astype(float)))[:count])


def test_needs_of_a_group_lie_together() -> None:
    groups = [alike("n-00000", 3), alike("n-00005", 2)]
    apart, together = places(NEEDS, PROFILES)["needs"], places(NEEDS, PROFILES, groups)["needs"]

    def extent(found: dict[str, Place], group: tuple[str, ...]) -> float:
        return max(float(np.hypot(found[a].x - found[b].x, found[a].y - found[b].y)) for a, b in combinations(group, 2))

    for group in groups:
        assert extent(together, group) < 150
        assert extent(together, group) <= extent(apart, group)


def test_many_are_placed_between_landmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    many = directions("p", 700, 3)
    found = places(NEEDS, many)
    assert found == places(shuffled(NEEDS, 1), shuffled(many, 1))
    vectors = np.stack([*NEEDS.values(), *many.values()]).astype(float)
    sample = np.random.default_rng(0).choice(len(vectors), 400, replace=False)
    assert trustworthiness(vectors[sample], plane(found)[sample], n_neighbors=10) > 0.75
    monkeypatch.setattr(layout, "LANDMARKS", 700)
    assert places(NEEDS, many) != found


def test_landmarks_place_others_as_one_by_one() -> None:
    """The slow twin of `_between`."""
    rng = np.random.default_rng(5)
    marks, others = (
        x / np.linalg.norm(x, axis=1, keepdims=True) for x in (rng.normal(size=(30, 8)), rng.normal(size=(9, 8)))
    )
    there = rng.normal(size=(30, 2))
    for vector, found in zip(others, layout._between(others, marks, there), strict=True):
        order = sorted(range(30), key=lambda place: -float(vector @ marks[place]))[: layout.NEIGHBOURS + 1]
        alike = [float(vector @ marks[place]) for place in order]
        weights = [(one - alike[-1]) ** 2 + 1e-12 for one in alike[:-1]]
        wanted = sum(w * there[place] for w, place in zip(weights, order, strict=False)) / sum(weights)
        assert found == pytest.approx(wanted)


def test_each_profile_is_near_the_need_that_it_is_most_like() -> None:
    """The slow twin of `most_like`."""
    found = most_like(shuffled(NEEDS, 3), PROFILES)
    for id, own in PROFILES.items():
        whole = {need: sum(int(a) * int(b) for a, b in zip(own, there, strict=True)) for need, there in NEEDS.items()}
        assert found[id] == min(NEEDS, key=lambda need: (-whole[need], need))
    assert most_like({}, PROFILES) == {}


def offers(profiles: Directions) -> list[Offer]:
    kinds = list(ActorKind)
    return [
        Offer(id, f"Lösning {id}", ActorRef(f"a-{id}", f"Bolaget {id} (demo)", kinds[place % len(kinds)]))
        for place, id in enumerate(profiles)
    ]


def drawn(profiles: Directions = PROFILES, needs: Directions = NEEDS, title: str = "Behov") -> Chart:
    ids = sorted(needs)
    groups = (
        Group(ids[1], (ids[0], ids[1], ids[2]), ("hygien", "händer", "sprit")),
        Group(ids[3], tuple(ids[3:5]), ("kö",)),
    )
    gaps = (Gap(ids[2], None), Gap(ids[7], Band.WEAK))
    titles = {id: f"{title} {id}" for id in ids}
    return chart(titles, needs, offers(profiles), profiles, Clusters(groups, tuple(ids[5:])), gaps)


def test_the_map_adds_up() -> None:
    found = drawn()
    assert sum(need.near for need in found.needs) == len(found.profiles) == len(PROFILES)
    near = Counter(one.need_id for one in found.profiles)
    assert all(near[need.need_id] == need.near for need in found.needs)
    first, second = found.groups
    assert (first.number, first.lacking, second.lacking) == (1, 1, 0)
    assert first.near == sum(near[id] for id in first.members)
    assert [(n.need_id, n.best) for n in found.needs if n.gap] == [("n-00002", None), ("n-00007", Band.WEAK)]
    assert [n.group for n in found.needs[:6]] == [1, 1, 1, 2, 2, None]
    rows = table(found)
    assert [row.number for row in rows] == [1, 2, None]
    assert sum(row.near for row in rows) == len(PROFILES)
    assert sum(row.gaps for row in rows) == 2
    assert sum(len(row.needs) for row in rows) == len(NEEDS)


def test_what_is_no_longer_said_is_left_out_of_an_older_map() -> None:
    found = drawn()
    titles = {need.need_id: need.title for need in found.needs}
    assert found.still(titles, [one.offer for one in found.profiles]) == found
    titles["n-00004"] = "[raderat]"
    left = found.still(titles, [one.offer for one in found.profiles[1:]])
    assert [group.number for group in left.groups] == [1]
    assert "n-00004" not in {need.need_id for need in left.needs}
    assert {need.group for need in left.needs} == {1, None}
    assert "n-00004" not in {one.need_id for one in left.profiles}
    assert len(left.profiles) == len(found.profiles) - 1


def test_each_need_can_be_hit_and_no_words_meet() -> None:
    found = picture(drawn())
    assert found is not picture(drawn())
    assert found == picture(drawn())
    for a, b in combinations([mark.at for mark in found.needs], 2):
        assert ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 >= APART - 2
    for mark in found.profiles:
        assert min((mark.at.x - n.at.x) ** 2 + (mark.at.y - n.at.y) ** 2 for n in found.needs) >= 13**2
    assert CLEAR > 13
    assert [mark.need.need_id for mark in found.needs[:5]] == [f"n-0000{n}" for n in range(5)]
    at = [mark.at for mark in found.needs] + [mark.at for mark in found.profiles]
    assert all(0 < one.x < WIDTH and 0 < one.y < HEIGHT for one in at)
    assert all(group.at for group in found.groups)


def test_many_profiles_are_heaps_that_add_up() -> None:
    many = directions("p", FEW + 50, 3)
    found = picture(drawn(many))
    assert found.profiles == ()
    assert sum(heap.count for heap in found.heaps) == len(many)
    assert len(svg(drawn(many))) < 60_000


def test_many_needs_are_heaps_too_but_gaps_and_groups_can_be_hit() -> None:
    """Of 750 needs in 70 groups of ten and 50 alone, every fourth is a gap."""
    ids = [f"n-{n:05}" for n in range(750)]
    grouped = [tuple(ids[start : start + 10]) for start in range(0, 700, 10)]
    groups = tuple(ChartGroup(n, own[3], own, ("ord",), 10, 2) for n, own in enumerate(grouped, 1))
    needs = tuple(
        ChartNeed(id, f"Behov {n}", n % 1000, n, n // 10 + 1 if n < 700 else None, n % 4 == 0, None, 1)
        for n, id in enumerate(ids)
    )
    whole = Chart(groups, needs, ())
    found = picture(whole)
    drawn_alone = {mark.need.need_id for mark in found.needs}
    assert len(drawn_alone) == FEW_NEEDS
    assert {group.central for group in groups} <= drawn_alone
    assert sum(mark.need.gap for mark in found.needs) >= FEW_NEEDS // 2
    assert FEW_NEEDS + sum(heap.count for heap in found.heaps_of_needs) == len(needs)
    assert len(svg(whole)) < 90_000
    rows = table(whole)
    assert [row.number for row in rows] == list(range(1, FEW_ROWS + 1))
    assert {(len(row.needs), row.more) for row in rows} == {(3, 7)}


def svg(found: Chart, language: Language = Language.SV) -> str:
    return render(
        "parts/map.svg.j2", language, {"picture": picture(found), "link": lambda path: address(path, language)}
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_picture_is_well_formed_and_says_what_each_mark_is(language: Language) -> None:
    text = svg(drawn(title=HOSTILE), language)
    assert "<script" not in text
    assert "style=" not in text
    root = ElementTree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    links = root.findall(f".//{SVG}a")
    assert len(links) == len(NEEDS) + len(PROFILES)
    assert all(link.findtext(f"{SVG}title") for link in links)
    assert links[0].findtext(f"{SVG}title") == f"{HOSTILE} n-00000"
    start = "/en/" if language is Language.EN else "/"
    assert [link.get("href") for link in links[:2]] == [f"{start}behov/n-00000", f"{start}behov/n-00001"]
    assert {link.get("href") for link in links[len(NEEDS) :]} == {f"{start}aktorer/a-{id}" for id in PROFILES}
    gap = next(link for link in links if link.get("href") == f"{start}behov/n-00002")
    assert gap.find(f"{SVG}path[@class='map-ring']") is not None
    assert ("gap" if language is Language.EN else "lucka") in gap.findtext(f"{SVG}title", "")
    assert len(text.encode()) < 100_000


@pytest.mark.parametrize("language", list(Language))
def test_the_map_can_be_read_as_a_table(language: Language) -> None:
    link = {"link": lambda path: address(path, language)}
    text = render("parts/map_table.html", language, {"table": table(drawn(title=HOSTILE)), **link})
    assert "<script" not in text
    assert text.count("<a ") == len(NEEDS)
    assert text.count("map-lack") == 2
    key = render("parts/map_key.html", language, {"shapes": SHAPES})
    assert key.count("<li>") == 3 + len(ActorKind)


def test_an_empty_map_is_drawn() -> None:
    assert picture(EMPTY).needs == ()
    assert table(EMPTY) == ()
    assert svg(EMPTY).count("<a ") == 0


@pytest.fixture(scope="module")
def system() -> Charting:
    made = Matcha.in_memory()
    made.submit(small_batch())
    return made


def test_the_map_of_a_system_is_kept_until_something_changes(system: Charting) -> None:
    first = system.chart()
    assert [need.need_id for need in first.needs] == ["n-hygien"]
    assert [one.offer.profile_id for one in first.profiles] == ["p-hygien", "p-ko"]
    assert system.chart() is first
    assert system.chart_at_hand() == (first, True)
    assert system.chart([State.IDEA]).needs == ()
    assert len(system.chart([State.IDEA]).profiles) == 2
    assert system.chart() is first

    more = NeedForm(id="n-ko", title="Kortare väntetid till BUP", text="Barn väntar för länge på en första bedömning.")
    system.submit(Batch(needs=(more,)))
    assert [need.need_id for need in system.chart().needs] == ["n-hygien", "n-ko"]
    added = profile("p-ny", "a-ny", "Digital triage", "Vi sorterar remisser så att de mest brådskande kommer först.")
    system.submit(Batch(actors=(actor("a-ny"),), profiles=(added,)))
    assert len(system.chart().profiles) == 3
    system.submit(Batch(needs=(NeedForm(id="n-ko", title="Ingen kö till BUP", text="Barn väntar."),)))
    assert {need.title for need in system.chart().needs} == {"Ingen kö till BUP", small_batch().needs[0].title}


def in_file(folder: Path) -> Charting:
    """A system whose threads have connections of their own."""
    store = Store.open(f"sqlite:///{folder / 'matcha.db'}")
    made: Charting = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    made.submit(small_batch())
    return made


def test_nobody_waits_for_a_map_and_what_was_erased_is_not_shown(tmp_path: Path) -> None:
    system = in_file(tmp_path)
    assert system.chart_at_hand() == (None, False)
    assert system._charts.thread is not None
    system._charts.thread.join()
    found, current = system.chart_at_hand()
    assert (found, current) == (system.chart(), True)

    with system._charts.working:  # the next one is not drawn yet
        system.erase(
            ErasureForm(what=Erased.NEED, id="n-hygien", ground=Ground.GDPR_17, reference="D 1", user="A. Arkivarie")
        )
        older, current = system.chart_at_hand()
        assert not current
        assert older is not None
        assert older.needs == ()
        assert [one.need_id for one in older.profiles] == [None, None]
    assert system.chart().needs == ()
    system.close()


def test_those_who_ask_at_once_get_one_map(tmp_path: Path) -> None:
    system = in_file(tmp_path)
    found: list[Chart] = []
    threads = [threading.Thread(target=lambda: found.append(system.chart())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
    system.close()

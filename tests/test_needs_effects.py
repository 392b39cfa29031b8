"""Effects beside quantities, and the graph of what came of a need, against a twin that walks every path."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.needs.effects import (
    Edge,
    EffectRef,
    Graph,
    Link,
    NeedRef,
    NodeKind,
    Quantity,
    SolutionRef,
    effect,
    graph,
)


def quantity(number: float | str, unit: str = "procent", **more: str) -> Quantity:
    return Quantity.of(number, unit, **more)


def test_an_effect_is_exact() -> None:
    found = effect(quantity(9.6, period="2025"), quantity("7,2", period="2027"))
    assert found.difference == Decimal("-2.4")
    assert found.ratio == Fraction(3, 4)
    assert found.assumed == ()
    assert effect(quantity(0.1), quantity(0.3)).difference == Decimal("0.2")  # 0.3 − 0.1 is not 0.2 in binary


def test_nothing_before_gives_no_ratio_and_what_one_side_says_is_assumed_of_the_other() -> None:
    found = effect(quantity(0, population="barn", period="2025"), quantity(4))
    assert (found.difference, found.ratio, found.assumed) == (Decimal(4), None, ("population", "period"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (quantity(1, "timmar"), quantity(1, "dygn"), "unit “timmar” and the measurement “dygn”"),
        (quantity(1, population="barn"), quantity(1, population="äldre"), "population “barn”"),
        (quantity(1, period="juni–augusti 2025"), quantity(1, period="2026"), "period “juni–augusti 2025”"),
        (quantity(1, population="barn födda 2024"), quantity(1, population="barn födda 2025"), "barn födda 2025"),
        (quantity(1, period="vecka 6 2025"), quantity(1, period="vecka 7 2026"), "period “vecka 6 2025”"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_named(before: Quantity, after: Quantity, said: str) -> None:
    with pytest.raises(Invalid, match=said) as raised:
        effect(before, after)
    assert raised.value.sv.startswith("Effekten går inte att jämföra: behovet anger ")


def test_case_spaces_and_the_year_do_not_count() -> None:
    before = quantity(34, "Procent  av serverad mat", period="vecka 6–7 2026")
    assert effect(before, quantity(17, "procent av serverad mat ", period="Vecka 6–7 2028")).ratio == Fraction(1, 2)


@pytest.mark.parametrize("number", ["många", "", "nan", "inf", float("inf"), float("nan")])
def test_what_is_no_number_is_refused(number: float | str) -> None:
    with pytest.raises(Invalid, match="is no number"):
        Quantity.of(number, "procent")


NEEDS = [NeedRef(id, f"Behov {id}") for id in "dabc"]
SOLUTIONS = [SolutionRef(10, "a", "Sensor"), SolutionRef(9, "b", "Utbildning")]
EFFECTS = [EffectRef(20, 10, "−2 procent"), EffectRef(21, 9, "−1 procent")]
LINKS = [Link("a", "b", 20), Link("b", "c"), Link("b", "c", 21)]


def test_the_graph_goes_from_need_to_solution_to_effect_to_need() -> None:
    found = graph(NEEDS, SOLUTIONS, EFFECTS, LINKS)
    assert [(node.key, node.depth) for node in found.nodes] == [
        ("need:a", 0),
        ("need:d", 0),
        ("solution:10", 1),
        ("effect:20", 2),
        ("need:b", 3),
        ("solution:9", 4),
        ("effect:21", 5),
        ("need:c", 6),
    ]
    assert Edge("effect:20", "need:b") in found.edges
    assert Edge("need:b", "need:c") in found.edges
    keys = [node.key for node in found.around("solution:9").nodes]
    assert keys == ["need:a", "solution:10", "effect:20", "need:b", "solution:9", "effect:21", "need:c"]
    assert [node.key for node in found.around("need:d").nodes] == ["need:d"]
    assert found.around("need:x") == Graph((), ())
    assert found.nodes[2].kind is NodeKind.SOLUTION


@given(st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(draw: random.Random) -> None:
    parts = [list(part) for part in (NEEDS, SOLUTIONS, EFFECTS, LINKS)]
    for part in parts:
        draw.shuffle(part)
    assert graph(*parts) == graph(NEEDS, SOLUTIONS, EFFECTS, LINKS)  # type: ignore[arg-type]  # each of its kind


def naive_paths(edges: list[tuple[str, str]], start: str) -> list[list[str]]:
    """Every path from a node, or an endless one given up."""
    found, growing = [], [[start]]
    while growing:
        way = growing.pop()
        if len(way) > 8:
            raise RecursionError
        found.append(way)
        growing += [[*way, b] for a, b in edges if a == way[-1]]
    return found


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=7))
def test_links_are_taken_one_by_one_and_no_circle_ever_closes(tried: list[tuple[str, str]]) -> None:
    needs, edges, links = [NeedRef(id, id) for id in "abcde"], list[tuple[str, str]](), list[Link]()
    for before, after in tried:
        try:
            circle = not all(naive_paths([*edges, (before, after)], id) for id in "abcde")
        except RecursionError:
            circle = True
        if circle:
            with pytest.raises(Invalid, match="in a circle"):
                graph(needs, (), (), [*links, Link(before, after)])
        else:
            links.append(Link(before, after))
            edges.append((before, after))
    found = graph(needs, (), (), links)
    for node in found.nodes:
        depths = [len(way) - 1 for id in "abcde" for way in naive_paths(edges, id) if way[-1] == node.id]
        assert node.depth == max(depths)
        near = {way[-1] for way in naive_paths(edges, node.id)}
        near |= {id for id in "abcde" if any(way[-1] == node.id for way in naive_paths(edges, id))}
        assert {each.id for each in found.around(node.key).nodes} == near


def test_what_refers_to_nothing_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="no solution 7"):
        graph(NEEDS, (), [EffectRef(1, 7, "−1")], ())
    with pytest.raises(Invalid, match="no need x"):
        graph(NEEDS, (), (), [Link("a", "x")])

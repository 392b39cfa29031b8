"""README's table: what text queries and searches took over 10,000 profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.measuring import Row
from benchmarks.peers.registry import MATCHA, MATCHA_SEARCH, SYSTEMS
from benchmarks.peers.texts import Kind

SHOWN = (Kind.PROFILES, 10_000)


def table(result: Mapping[str, Any]) -> str:
    """Give what text queries and searches took over 10,000 profiles, the quickest text query first."""
    rows = [row for row in result["cases"] if (Kind(row["texts"]), row["count"]) == SHOWN]
    if not rows:
        return ""
    lines = [
        "| system | text query, ms (quartiles) | ÷ FAISS's (processor) | of it encoding, ms "
        "| search alone ÷ FAISS's (processor) | same ten as FAISS |",
        "|---|---|---|---|---|---|",
    ]
    systems = rows[0]["systems"]
    merged = {name: row for name, row in systems.items() if name != MATCHA_SEARCH}
    if MATCHA in merged:
        merged[MATCHA] = {"search": systems[MATCHA_SEARCH].get("search"), **merged[MATCHA]}
    order = sorted(merged, key=lambda name: merged[name].get("query", {"ms": [0, float("inf")]})["ms"][1])
    lines += [_line(SYSTEMS[name].told, merged[name]) for name in order]
    return "\n".join([*lines, "", _told(result, rows[0])]) + "\n"


def _told(result: Mapping[str, Any], case: Row) -> str:
    """Say how long texts and questions are, how busy the machine was, and how far it is to the fastest peer."""
    question, text = result["tokens of a question"], case["tokens of a text"]
    said = (
        f"{result['rounds']} questions of {question['least']} to {question['most']} tokens "
        f"(median {question['median']:g}), texts of {text['least']} to {text['most']} (median {text['median']:g}); "
        f"{result['cores']} cores shared with other work (load {result['load average before']:g} before), "
        f"{result['made']}."
    )
    if beside := case.get("matcha beside the fastest peer"):
        wall, cpu = (beside[f"answer ÷ its text query{of}"][1] for of in ("", ", of the processor"))
        told = SYSTEMS[beside["peer"]].told
        said += f" matcha's whole answer takes {wall:.2f} ({cpu:.2f}) times the quickest peer's text query ({told})."
    return said


def _line(told: str, row: Row) -> str:
    query, search = row.get("query"), row.get("search")
    cells = [told]
    if query:
        low, middle, high = query["ms"]
        encoding = _ms(query["encoding, ms"][1]) if "encoding, ms" in query else "–"
        cells += [f"{_ms(middle)} ({_ms(low)}–{_ms(high)})", _beside(query), encoding]
    else:
        cells += [row["left out"], "", ""]
    cells += [_beside(search), f"{100 * search['same ten as FAISS']:.0f} %"] if search else ["–", "–"]
    return f"| {' | '.join(cells)} |"


def _ms(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _beside(times: Row) -> str:
    return f"{_ms(times['÷ FAISS'][1])} ({_ms(times['÷ FAISS, of the processor'][1])})"

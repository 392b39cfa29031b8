"""A report's values as people read them: verdicts, the headline, figures with their units, what a plot shows."""

from __future__ import annotations

from math import ceil
from statistics import median_low

from matcha.errors import spaced
from matcha.neutrality.report import Exposure, Finding, Relation, Report, SeenTogether
from matcha.neutrality.words import WORDS, Verdict
from matcha.values import Language

_MINUS = "\N{MINUS SIGN}"


def verdict(finding: Finding) -> Verdict:
    """Say what a finding came to."""
    if not finding.tried:
        return Verdict.UNTRIED
    return {True: Verdict.HOLDS, False: Verdict.FAILS, None: Verdict.MEASURED}[finding.holds]


def failing(report: Report) -> tuple[Finding, ...]:
    """Give the findings that do not hold, in the order of the report."""
    return tuple(finding for finding in report.findings if finding.holds is False)


def headline(report: Report, language: Language) -> str:
    """Say in one line, without full stop, whether what was judged holds."""
    judged = sum(finding.holds is not None for finding in report.findings)
    failed = len(failing(report))
    word = "some_fail" if failed else {0: "none_judged", 1: "one_holds"}.get(judged, "all_hold")
    return WORDS[language][word].format(judged=judged, failed=failed)


def count(number: int, language: Language) -> str:
    """Give a whole number with its thousands apart: 20 000, and 20,000 in English."""
    return spaced(number) if language == "sv" else f"{number:,}"


def decimal(value: float, language: Language, digits: int = 2) -> str:
    """Give a number with that many decimals, with a comma in Swedish."""
    return _local(f"{value:.{digits}f}", language)


def share(value: float, language: Language, significant: int = 2) -> str:
    """Give a share (0 to 1) in per cent; only none is 0 % and only all is 100 %."""
    percent = 100 * value
    told = f"{percent:.{significant + (percent > 99)}g}" if 0 < percent < 100 else f"{percent:g}"
    if told == "100" and percent < 100:
        told = "99.9"
    return _local(told, language) + ("\N{NO-BREAK SPACE}%" if language == "sv" else "%")


def figure(finding: Finding, language: Language) -> str:
    """Give the figure with its unit, or a dash when nothing was tried."""
    return _measured(finding.relation, finding.figure, language) if finding.tried else WORDS[language]["nothing"]


def fails_by(finding: Finding, language: Language) -> str:
    """Say what was measured and what is allowed."""
    told = {"figure": figure(finding, language), "allowed": allowed(finding, language)}
    return WORDS[language]["fails_by"].format(**told)


def allowed(finding: Finding, language: Language) -> str:
    """Give what the figure may be, with its unit."""
    words, least, most = WORDS[language], finding.least, finding.most
    if least is None and most is None:
        return words["no_limit"]
    low = "" if least is None else _measured(finding.relation, least, language)
    high = "" if most is None else _measured(finding.relation, most, language)
    if low and high:
        return words["between"].format(least=low, most=high)
    if low:
        return words["at_least"].format(figure=low)
    return words["at_most"].format(figure=high) if most else high


def moves_message(finding: Finding, language: Language) -> str:
    """Say in a sentence how ranks changed; for language, which version came first how often."""
    places = [move for move, times in finding.moves if times]
    told = {
        "tried": finding.tried,
        "same": sum(times for move, times in finding.moves if move == 0),
        "up": max(0, -min(places, default=0)),
        "down": max(0, max(places, default=0)),
    }
    word = "moves_none" if told["same"] == finding.tried else "moves_some"
    if finding.relation is Relation.LANGUAGE:
        word = "moves_language"
        told["up"] = sum(times for move, times in finding.moves if move < 0)
        told["down"] = sum(times for move, times in finding.moves if move > 0)
    return WORDS[language][word].format(**{name: count(number, language) for name, number in told.items()})


def lorenz_message(exposure: Exposure, language: Language) -> str:
    """Say in a sentence how much of all showings the most shown tenth of the actors get."""
    times = [one.shown for one in exposure.actors]
    most = sum(times[: ceil(len(times) / 10)])
    told = share(most / sum(times) if any(times) else 0.0, language)
    return WORDS[language]["lorenz_message"].format(share=told, gini=decimal(exposure.gini, language))


def histogram_message(exposure: Exposure, language: Language) -> str:
    """Say in a sentence how often actors are shown: never, in the middle, at most."""
    times = [one.shown for one in exposure.actors]
    return WORDS[language]["histogram_message"].format(
        never=count(times.count(0), language),
        actors=count(len(times), language),
        median=count(median_low(times) if times else 0, language),
        most=count(max(times, default=0), language),
    )


def mean_shown(group: SeenTogether) -> float:
    """Give how many times an actor of the group is shown, on average."""
    return group.shown / group.actors


def share_never(group: SeenTogether) -> float:
    """Give the share of the group's actors that are never shown."""
    return group.never_shown / group.actors


def _measured(relation: Relation, value: float, language: Language) -> str:
    if relation is Relation.LANGUAGE:
        return share(value, language, significant=4)
    number = _local(f"{abs(value):g}", language)
    told = WORDS[language]["place" if abs(value) == 1 else "places"].format(count=number)
    if relation is Relation.SIZE and value:
        return f"{told} {WORDS[language]['up' if value < 0 else 'down']}"
    return told if value >= 0 else _MINUS + told


def _local(number: str, language: Language) -> str:
    return number.replace(".", ",") if language == "sv" else number

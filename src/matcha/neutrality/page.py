"""The report as one HTML file that needs nothing else: no scripts, no requests, plots inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from matcha.errors import spaced
from matcha.neutrality import plots, telling
from matcha.neutrality.relation_words import RELATIONS
from matcha.neutrality.report import Exposure, Finding, Report, SeenTogether
from matcha.neutrality.words import CHOICES, GROUPS, KINDS, SIGNS, VERDICTS, WORDS, Verdict
from matcha.values import Choice, Language

SV, EN = Language.SV, Language.EN
_MOST_SHOWN = 10
_SHORT = 12  # characters of a digest that people compare by eye


@dataclass(frozen=True, slots=True)
class Both:
    """The same said in both languages."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot and its message in words, which its caption says and its label too."""

    svg: Markup
    message: Both


@dataclass(frozen=True, slots=True)
class Failure:
    """A relation that does not hold, and by how much."""

    relation: str
    title: Both
    by: Both


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What the table says of one relation. `plot` is None when nothing was tried."""

    relation: str
    sign: str
    verdict: Verdict
    verdict_word: Both
    title: Both
    what: Both
    tried: str
    figure: Both
    figure_is: Both
    allowed: Both
    plot: Plot | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What the table says of one group of actors."""

    title: Both
    actors: str
    mean: str
    never: str
    invited: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group the actors: its rows, and the same as two plots."""

    name: str
    rows: tuple[GroupRow, ...]
    mean: Plot
    never: Plot


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the exposure, with what it means."""

    title: Both
    value: Both
    note: Both


def page(report: Report) -> str:
    """Give the report as HTML, the same bytes for the same report: Swedish first, English beneath it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("matcha.neutrality", ".")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.j2").render(_context(report))


def _context(report: Report) -> Mapping[str, Any]:
    exposure = report.exposure
    return {
        "report": report,
        "exposure": exposure,
        "say": _say,
        "spaced": spaced,
        "short": _SHORT,
        "headline": _both(lambda language: telling.headline(report, language)),
        "failing": [_failure(finding) for finding in telling.failing(report)],
        "holds": any(finding.holds for finding in report.findings) and not telling.failing(report),
        "failed": bool(telling.failing(report)),
        "relations": [_relation_row(finding) for finding in report.findings],
        "measures": _measures(exposure),
        "spread": _spread(exposure) if exposure.actors else (),
        "groupings": [_grouping("kinds", exposure.kinds), _grouping("sizes", exposure.sizes)],
        "most": exposure.actors[:_MOST_SHOWN],
        "kinds": {kind: Both(KINDS[SV][kind], KINDS[EN][kind]) for kind in KINDS[SV]},
        "choices": {choice.value: Both(CHOICES[SV][choice], CHOICES[EN][choice]) for choice in Choice},
        "names": {one.actor_id: one.name for one in exposure.actors},
    }


def _both(tell: Callable[[Language], str]) -> Both:
    return Both(tell(SV), tell(EN))


def _say(word: str, **values: str | int) -> Both:
    def tell(language: Language) -> str:
        told = {name: telling.count(v, language) if isinstance(v, int) else v for name, v in values.items()}
        return WORDS[language][word].format(**told)

    return _both(tell)


def _failure(finding: Finding) -> Failure:
    return Failure(finding.relation.value, _title(finding), _both(lambda language: telling.fails_by(finding, language)))


def _title(finding: Finding) -> Both:
    return _both(lambda language: RELATIONS[language][finding.relation].title)


def _group_title(group: str) -> Both:
    return Both(GROUPS[SV][group], GROUPS[EN][group])


def _relation_row(finding: Finding) -> RelationRow:
    verdict = telling.verdict(finding)
    message = _both(lambda language: telling.moves_message(finding, language))
    return RelationRow(
        relation=finding.relation.value,
        sign=SIGNS[verdict],
        verdict=verdict,
        verdict_word=_both(lambda language: VERDICTS[language][verdict]),
        title=_title(finding),
        what=_both(lambda language: RELATIONS[language][finding.relation].what),
        tried=spaced(finding.tried),
        figure=_both(lambda language: telling.figure(finding, language)),
        figure_is=_both(lambda language: RELATIONS[language][finding.relation].figure),
        allowed=_both(lambda language: telling.allowed(finding, language)),
        plot=Plot(Markup(plots.moves(finding, message.sv)), message) if finding.tried else None,  # noqa: S704
    )


def _measures(exposure: Exposure) -> tuple[Measure, ...]:
    def decimal(name: str, value: float) -> Measure:
        return Measure(_say(name), _both(lambda language: telling.decimal(value, language)), _say(f"{name}_note"))

    def share(name: str, value: float) -> Measure:
        note = _say(f"{name}_note", k=exposure.k)
        return Measure(_say(name), _both(lambda language: telling.share(value, language)), note)

    return (
        decimal("gini", exposure.gini),
        share("never_shown", exposure.never_shown),
        share("most_shown", exposure.most_shown),
        decimal("hubness", exposure.hubness),
    )


def _spread(exposure: Exposure) -> tuple[tuple[str, Plot], ...]:
    lorenz = _both(lambda language: telling.lorenz_message(exposure, language))
    histogram = _both(lambda language: telling.histogram_message(exposure, language))
    return (
        ("lorenz", Plot(Markup(plots.lorenz(exposure, lorenz.sv)), lorenz)),  # noqa: S704
        ("histogram", Plot(Markup(plots.histogram(exposure, histogram.sv)), histogram)),  # noqa: S704
    )


def _grouping(name: str, groups: Sequence[SeenTogether]) -> Grouping:
    rows = tuple(
        GroupRow(
            title=_group_title(group.group),
            actors=spaced(group.actors),
            mean=telling.decimal(telling.mean_shown(group), SV, 1),
            never=telling.share(telling.share_never(group), SV),
            invited=spaced(group.invited),
        )
        for group in groups
    )
    means = [
        plots.Bar(row.title.sv, telling.mean_shown(group), row.mean) for row, group in zip(rows, groups, strict=True)
    ]
    nevers = [
        plots.Bar(row.title.sv, telling.share_never(group), row.never) for row, group in zip(rows, groups, strict=True)
    ]
    return Grouping(
        name, rows, _bars(f"{name}-mean", "mean_plot", means), _bars(f"{name}-never", "never_plot", nevers, 1)
    )


def _bars(name: str, word: str, rows: Sequence[plots.Bar], whole: float | None = None) -> Plot:
    """Draw bars; their label says every value, their caption only what they show, as the table has the values."""
    told = "; ".join(f"{row.label} {row.told}" for row in rows)
    return Plot(Markup(plots.bars(name, rows, f"{WORDS[SV][word]}: {told}.", whole)), _say(word))  # noqa: S704

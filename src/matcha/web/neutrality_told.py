"""A neutrality report as the page tells it, in one language: verdicts, figures with units, and curves as points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan

from matcha.api.shapes.jobs import ExposureShape, FindingShape, ReportShape
from matcha.neutrality import telling
from matcha.neutrality.relation_words import RELATIONS
from matcha.neutrality.report import Exposure, Finding, Report, Seen, SeenTogether
from matcha.neutrality.words import GROUPS, SIGNS, VERDICTS, WORDS, Verdict
from matcha.values import Language

WIDE, TALL = 300, 180  # of a drawing, in its own units
BINS = 24  # bars of a histogram, at most


@dataclass(frozen=True)
class Relation:
    """What was changed, what must hold, and what came of it."""

    name: str
    title: str
    what: str
    verdict: Verdict
    sign: str
    said: str
    tried: int
    figure: str
    allowed: str
    moves: str


@dataclass(frozen=True)
class Bar:
    """A bar of a drawing: where it begins and how far it reaches, from the left and from the top."""

    x: float
    y: float
    width: float
    height: float
    first: bool = False


@dataclass(frozen=True)
class Group:
    """Actors seen together: how many, how often one is shown, how many never are; `share` of the most shown group."""

    title: str
    actors: int
    mean: str
    never: str
    invited: int
    share: float


@dataclass(frozen=True)
class Told:
    """A whole report."""

    made: datetime
    pipeline: str
    snapshot: str
    registered: int
    headline: str
    holds: bool
    fails: bool
    relations: tuple[Relation, ...]
    needs: int
    k: int
    actors: int
    measures: tuple[tuple[str, str, str], ...]
    lorenz: str
    lorenz_said: str
    histogram: tuple[Bar, ...]
    histogram_said: str
    histogram_most: int
    groupings: tuple[tuple[str, tuple[Group, ...]], ...]
    alike: tuple[tuple[str, ...], ...]
    words: Mapping[str, str]

    @classmethod
    def of(cls, shape: ReportShape, language: Language) -> Told:
        """Tell a report."""
        report = _report(shape)
        exposure, words = report.exposure, WORDS[language]
        times = sorted(one.shown for one in exposure.actors)
        failing = telling.failing(report)
        return cls(
            made=report.made,
            pipeline=report.pipeline,
            snapshot=report.snapshot,
            registered=report.registered,
            headline=telling.headline(report, language),
            holds=not failing and any(one.holds for one in report.findings),
            fails=bool(failing),
            relations=tuple(_relation(one, language) for one in report.findings),
            needs=exposure.needs,
            k=exposure.k,
            actors=len(exposure.actors),
            measures=_measures(exposure, language),
            lorenz=_lorenz(times),
            lorenz_said=telling.lorenz_message(exposure, language),
            histogram=_histogram(times),
            histogram_said=telling.histogram_message(exposure, language),
            histogram_most=max(times, default=0),
            groupings=(
                (words["kinds"], _groups(exposure.kinds, language)),
                (words["sizes"], _groups(exposure.sizes, language)),
            ),
            alike=report.alike,
            words=words,
        )


def _report(shape: ReportShape) -> Report:
    exposure: ExposureShape = shape.exposure
    told = {name: getattr(exposure, name) for name in ("needs", "k", "gini", "never_shown", "most_shown", "hubness")}
    return Report(
        made=shape.made,
        pipeline=shape.pipeline,
        snapshot=shape.snapshot,
        registered=shape.registered,
        findings=tuple(map(_finding, shape.findings)),
        exposure=Exposure(
            actors=tuple(Seen(**one.model_dump()) for one in exposure.actors),
            kinds=tuple(SeenTogether(**one.model_dump()) for one in exposure.kinds),
            sizes=tuple(SeenTogether(**one.model_dump()) for one in exposure.sizes),
            **told,
        ),
        overrides=(),
        alike=tuple(map(tuple, shape.alike)),
    )


def _finding(shape: FindingShape) -> Finding:
    figure = nan if shape.figure is None else shape.figure
    return Finding(shape.relation, tuple(shape.moves), figure, shape.least, shape.most)


def _relation(finding: Finding, language: Language) -> Relation:
    verdict, words = telling.verdict(finding), RELATIONS[language][finding.relation]
    return Relation(
        name=finding.relation.value,
        title=words.title,
        what=words.what,
        verdict=verdict,
        sign=SIGNS[verdict],
        said=VERDICTS[language][verdict],
        tried=finding.tried,
        figure=telling.figure(finding, language),
        allowed=telling.allowed(finding, language),
        moves=telling.moves_message(finding, language) if finding.tried else "",
    )


def _measures(exposure: Exposure, language: Language) -> tuple[tuple[str, str, str], ...]:
    """Give the figures of who is seen: what each is called, its value, and what it means."""
    told = {
        "gini": telling.decimal(exposure.gini, language),
        "never_shown": telling.share(exposure.never_shown, language),
        "most_shown": telling.share(exposure.most_shown, language),
        "hubness": telling.decimal(exposure.hubness, language),
    }
    words = WORDS[language]
    return tuple((words[name], value, words[f"{name}_note"].format(k=exposure.k)) for name, value in told.items())


def _lorenz(times: Sequence[int]) -> str:
    """Give the curve of how many showings the least shown have together, as points of a drawing, from its left."""
    total, reached, points = sum(times) or 1, 0, [f"0,{TALL}"]
    for place, shown in enumerate(times, 1):
        reached += shown
        points.append(f"{WIDE * place / len(times):.1f},{TALL - TALL * reached / total:.1f}")
    return " ".join(points)


def _histogram(times: Sequence[int]) -> tuple[Bar, ...]:
    """Give how many actors are shown how often, as bars; the first is of those never shown."""
    each = 1 + max(times, default=0) // BINS
    heights: dict[int, int] = {}
    for shown in times:
        place = (shown + each - 1) // each
        heights[place] = heights.get(place, 0) + 1
    wide, tallest = WIDE / (max(heights, default=0) + 1), max(heights.values(), default=1)
    return tuple(
        Bar(wide * place + 1, TALL - tall, max(wide - 2, 1), tall, place == 0)
        for place, count in sorted(heights.items())
        for tall in (TALL * count / tallest,)
    )


def _groups(groups: Sequence[SeenTogether], language: Language) -> tuple[Group, ...]:
    most = max((telling.mean_shown(group) for group in groups), default=0) or 1
    return tuple(
        Group(
            title=GROUPS[language][group.group],
            actors=group.actors,
            mean=telling.decimal(telling.mean_shown(group), language, 1),
            never=telling.share(telling.share_never(group), language),
            invited=group.invited,
            share=round(telling.mean_shown(group) / most, 4),
        )
        for group in groups
    )

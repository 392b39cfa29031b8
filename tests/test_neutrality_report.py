"""The neutrality report: exposure against slow twins, words in both languages, the JSON, the command."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from matcha.cli import neutrality
from matcha.cli.session import CommandLine
from matcha.config import Settings
from matcha.interchange.neutrality import report_json
from matcha.neutrality import telling
from matcha.neutrality.exposure import gini, measure, skewness
from matcha.neutrality.page import page
from matcha.neutrality.relation_words import RELATIONS
from matcha.neutrality.report import Exposure, Finding, Override, Relation, Report, Seen, SeenTogether
from matcha.neutrality.words import CHOICES, GROUPS, KINDS, SIGNS, VERDICTS, WORDS, Verdict
from matcha.values import ActorKind, ActorRef, Choice, Language

SV, EN = Language.SV, Language.EN
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert('hej')</script> & \"Söner\""
RIGHT_TO_LEFT = "مختبر \u202eآب"
LONG = "Etikett" * 40


def exposure(count: int = 30) -> Exposure:
    """Give an exposure of actors of all kinds, three of them with names that should do no harm."""
    kinds = list(ActorKind)
    actors = [ActorRef(f"a-{i:02}", f"Bolaget {i} (demo)", kinds[i % 6]) for i in range(count)]
    for place, name in enumerate((HOSTILE, RIGHT_TO_LEFT, LONG)[:count]):
        actors[place] = replace(actors[place], name=name)
    times = {actor.id: max(0, 40 - 3 * i) for i, actor in enumerate(actors)}
    profiles = {actor.id: 1 + i % 4 for i, actor in enumerate(actors)}
    return measure(actors, profiles, {actor.id: 50 for actor in actors}, times, {"a-01": 2}, 50, 10)


def report(**changed: Any) -> Report:
    """Give a report in which one relation fails, one was not tried and one is only measured."""
    findings = {relation: Finding(relation, ((0, 1600),), 0, None, 0) for relation in Relation} | {
        Relation.KEYWORDS: Finding(Relation.KEYWORDS, ((-14, 1), (0, 50), (3, 9)), 14, None, 5),
        Relation.LENGTH: Finding(Relation.LENGTH, (), float("nan"), None, 5),
        Relation.LANGUAGE: Finding(Relation.LANGUAGE, ((-2, 59), (0, 4), (2, 61)), 0.5, 0.45, 0.55),
        Relation.SIZE: Finding(Relation.SIZE, ((-40, 3), (-1, 9), (12, 1)), -1.5, None, None),
    }
    chosen = Override("n-1", "a-00", "invited", "Ulla Ek", "Klarar <b>sekretessen</b>.", None, NOW)
    whole = Report(NOW, "9f" * 32, "60" * 32, 431, tuple(findings.values()), exposure(), (chosen,), (("p-1", "p-2"),))
    return replace(whole, **changed)


def empty() -> Report:
    untried = tuple(Finding(relation, (), 0, None, 0) for relation in Relation)
    nobody = measure([], {}, {}, {}, {}, 0, 10)
    return Report(NOW, "a" * 64, "b" * 64, 0, untried, nobody, (), ())


# exposure


def slow_gini(values: Sequence[int]) -> float:
    """Half the mean absolute difference of all pairs over the mean."""
    if not sum(values):
        return 0.0
    differences = sum(abs(a - b) for a in values for b in values)
    return differences / (2 * len(values) * sum(values))


def slow_skewness(values: Sequence[int]) -> float:
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    second, third = (sum((value - mean) ** power for value in values) / len(values) for power in (2, 3))
    return float(third / second**1.5) if second else 0.0


counts = st.lists(st.integers(0, 500), max_size=40)


@given(counts, st.randoms())
def test_gini_and_skewness_are_those_of_their_slow_twins_in_any_order(values: list[int], chance: random.Random) -> None:
    assert gini(values) == pytest.approx(slow_gini(values), abs=1e-12)
    if len(set(values)) != 1:  # the slow twin's mean of equal values may be a bit off
        assert skewness(values) == pytest.approx(slow_skewness(values), rel=1e-6, abs=1e-9)
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert (gini(shuffled), skewness(shuffled)) == (gini(values), skewness(values))


def test_gini_and_skewness_at_the_edges() -> None:
    assert [gini(values) for values in ([], [0, 0], [7], [3, 3, 3], [0, 0, 0, 5])] == [0, 0, 0, 0, 0.75]
    assert [skewness(values) for values in ([], [0, 0], [7], [3, 3, 3], [1, 2, 3])] == [0, 0, 0, 0, 0]
    assert skewness([0, 0, 0, 5]) > 1 > 0 > skewness([5, 5, 5, 0])


def test_who_is_seen_in_order_and_in_groups() -> None:
    b, a, c, d = (ActorRef(id, name, ActorKind.COMPANY) for id, name in zip("bacd", "ABCD", strict=True))
    e = ActorRef("e", "E", ActorKind.ACADEMIA)
    found = measure(
        [e, b, a, c, d],
        {"a": 1, "b": 7, "c": 2, "d": 0, "e": 3},
        {"a": 9, "e": 8},
        {"b": 4, "a": 4, "d": 9},
        {"a": 1},
        8,
        5,
    )
    company = ActorKind.COMPANY
    assert found.actors == (
        Seen("a", "B", company, 1, 9, 4, 1),
        Seen("b", "A", company, 7, 0, 4, 0),
        Seen("c", "C", company, 2, 0, 0, 0),
        Seen("e", "E", ActorKind.ACADEMIA, 3, 8, 0, 0),
    )
    assert found.kinds == (SeenTogether("company", 3, 9, 8, 1, 1), SeenTogether("academia", 1, 8, 0, 0, 1))
    assert found.sizes == (
        SeenTogether("1", 1, 9, 4, 1, 0),
        SeenTogether("2", 1, 0, 0, 0, 1),
        SeenTogether("3+", 2, 8, 4, 0, 1),
    )
    assert (found.needs, found.k, found.gini, found.never_shown, found.most_shown) == (8, 5, 0.5, 0.5, 0.5)
    assert found.hubness == slow_skewness([4, 4, 0, 0])


def test_nobody_and_one_actor_are_measured_too() -> None:
    nobody = measure([ActorRef("a", "A", ActorKind.COMPANY)], {}, {}, {"a": 3}, {}, 0, 10)
    assert nobody == Exposure(0, 10, (), (), (), 0.0, 0.0, 0.0, 0.0)
    one = measure([ActorRef("a", "A", ActorKind.COMPANY)], {"a": 1}, {}, {"a": 3}, {}, 4, 10)
    assert (one.gini, one.never_shown, one.most_shown, one.hubness) == (0, 0, 0.75, 0)


# words


def test_both_languages_say_everything() -> None:
    for words in (WORDS, RELATIONS, VERDICTS, GROUPS, KINDS, CHOICES):
        assert list(words) == [SV, EN]
        assert list(words[SV]) == list(words[EN])
    assert list(RELATIONS[SV]) == list(Relation)
    assert list(VERDICTS[SV]) == list(SIGNS) == list(Verdict)
    assert list(KINDS[SV]) == list(ActorKind)
    assert list(CHOICES[SV]) == list(Choice)
    assert list(GROUPS[SV]) == [*ActorKind, "1", "2", "3+"]
    assert len(set(SIGNS.values())) == len(Verdict)
    for language in Language:
        said = [each for words in RELATIONS[language].values() for each in (words.title, words.what, words.figure)]
        assert all(said + list(WORDS[language].values()))
        assert len({words.title for words in RELATIONS[language].values()}) == len(Relation)


def test_verdicts_and_headlines() -> None:
    verdicts = Counter(telling.verdict(finding) for finding in report().findings)
    assert verdicts == {Verdict.HOLDS: 9, Verdict.FAILS: 1, Verdict.UNTRIED: 1, Verdict.MEASURED: 1}
    assert telling.headline(report(), SV) == "1 av 10 prövade relationer håller inte"
    held = report(findings=tuple(finding for finding in report().findings if finding.holds is not False))
    assert telling.headline(held, SV) == "Alla 9 prövade relationer håller"
    assert telling.headline(replace(held, findings=held.findings[:1]), EN) == "The only relation tried holds"
    assert telling.headline(empty(), SV) == "Ingen relation har prövats"


def test_figures_have_units_and_limits_in_both_languages() -> None:
    told = {f.relation: (telling.figure(f, SV), telling.allowed(f, SV)) for f in report().findings}
    assert told[Relation.NAMES] == ("0 platser", "0 platser")
    assert told[Relation.KEYWORDS] == ("14 platser", "högst 5 platser")
    assert told[Relation.LENGTH] == ("–", "högst 5 platser")
    assert told[Relation.LANGUAGE] == ("50\N{NO-BREAK SPACE}%", "45\N{NO-BREAK SPACE}% till 55\N{NO-BREAK SPACE}%")
    assert told[Relation.SIZE] == ("1,5 platser upp", "inget krav")
    assert telling.figure(Finding(Relation.ORDER, ((1, 1),), 1, None, 0), EN) == "1 place"
    assert [telling.share(value, EN) for value in (0, 0.004, 0.123, 0.9996, 1)] == [
        "0%",
        "0.4%",
        "12%",
        "99.9%",
        "100%",
    ]


def test_a_sentence_says_what_each_plot_shows() -> None:
    by = {finding.relation: finding for finding in report().findings}
    assert telling.moves_message(by[Relation.NAMES], EN) == "The same place in all 1,600 comparisons."
    assert telling.moves_message(by[Relation.KEYWORDS], SV) == (
        "Samma plats i 50 av 60 jämförelser; som mest 14 upp och 3 ned."
    )
    assert telling.moves_message(by[Relation.LANGUAGE], EN) == (
        "Swedish first in 61 of 124 comparisons (to the right), English first in 59 (to the left)."
    )
    even = measure(
        [ActorRef(str(i), "", ActorKind.COMPANY) for i in range(20)],
        dict.fromkeys(map(str, range(20)), 1),
        {},
        dict.fromkeys(map(str, range(20)), 3),
        {},
        9,
        10,
    )
    assert (
        telling.lorenz_message(even, EN) == "The tenth of the actors shown most get 10% of all showings. Gini is 0.00."
    )
    assert telling.histogram_message(even, EN) == (
        "0 of 20 actors are never shown. Half are shown at most 3 times, the most shown 3."
    )


# JSON and the command


def _rebuilt(plain: dict[str, Any]) -> Report:
    """Make the report again from its JSON."""

    def values(made_of: type[Any], row: dict[str, Any], **special: Any) -> Any:
        return made_of(**{f.name: special[f.name] if f.name in special else row[f.name] for f in fields(made_of)})

    findings = tuple(
        values(Finding, row, relation=Relation(row["relation"]), moves=tuple(map(tuple, row["moves"])))
        for row in plain["findings"]
    )
    seen = plain["exposure"]
    inner = {
        "actors": tuple(values(Seen, row, kind=ActorKind(row["kind"])) for row in seen["actors"]),
        "kinds": tuple(values(SeenTogether, row) for row in seen["kinds"]),
        "sizes": tuple(values(SeenTogether, row) for row in seen["sizes"]),
    }
    overrides = tuple(values(Override, row, made=datetime.fromisoformat(row["made"])) for row in plain["overrides"])
    rebuilt: Report = values(
        Report,
        plain,
        made=datetime.fromisoformat(plain["made"]),
        findings=findings,
        exposure=values(Exposure, seen, **inner),
        overrides=overrides,
        alike=tuple(map(tuple, plain["alike"])),
    )
    return rebuilt


def test_json_keeps_everything_and_says_what_was_tried_and_held() -> None:
    whole = report(findings=tuple(finding for finding in report().findings if finding.tried))
    plain = report_json(whole)
    assert _rebuilt(json.loads(json.dumps(plain, allow_nan=False))) == whole
    assert json.loads(json.dumps(plain)) == plain  # lists, words and numbers only
    assert list(plain) == [field.name for field in fields(Report)]
    assert plain["made"] == "2026-10-01T09:30:00+00:00"
    assert plain["findings"][0] == {
        "relation": "names",
        "moves": [[0, 1600]],
        "figure": 0,
        "least": None,
        "most": 0,
        "tried": 1600,
        "holds": True,
    }
    untried = report_json(report())["findings"][list(Relation).index(Relation.LENGTH)]
    assert (untried["figure"], untried["tried"], untried["holds"]) == (None, 0, None)
    json.dumps(report_json(report()), allow_nan=False)


class Line(CommandLine):
    """A command line whose system gives the report it is told to, and remembers what it was asked."""

    def __init__(self, given: Report, language: Language) -> None:
        super().__init__(Settings(language=language))
        self.__dict__["asked"] = {}
        self.__dict__["matcha"] = self
        self.__dict__["given"] = given

    def warm_up(self) -> None: ...

    @contextmanager
    def progress(self, word: str) -> Iterator[Callable[[int, int], None]]:
        self.__dict__["asked"]["word"] = word
        yield lambda done, total: None

    def neutrality_report(self, k: int, sample: int, progress: Callable[[int, int], None]) -> Report:
        progress(1, 1)
        self.__dict__["asked"] |= {"k": k, "sample": sample}
        given: Report = self.__dict__["given"]
        return given


def run(*arguments: str, given: Report, language: Language = SV) -> tuple[int, str, dict[str, Any]]:
    app = typer.Typer()
    neutrality.register(app)
    line = Line(given, language)
    done = CliRunner().invoke(app, ["neutrality", "report", *arguments], obj=line, env={"COLUMNS": "140"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, line.__dict__["asked"]


@pytest.mark.parametrize("language", list(Language))
def test_the_terminal_shows_the_report_in_the_language_asked_for(language: Language) -> None:
    code, shown, asked = run(given=report(), language=language)
    assert (code, asked) == (0, {"word": "checking_neutrality", "k": 10, "sample": 40})
    assert shown.startswith(telling.headline(report(), language))
    for finding in report().findings:
        line = next(line for line in shown.splitlines() if line.startswith(RELATIONS[language][finding.relation].title))
        for told in (VERDICTS[language][telling.verdict(finding)], telling.figure(finding, language)):
            assert told in line
    for word in ("gini", "hubness", "kinds", "sizes", "overrides", "alike"):
        assert WORDS[language][word] in shown
    for group in (*ActorKind, "1", "2", "3+"):
        assert GROUPS[language][group] in shown
    assert "p-1 + p-2" in shown
    assert CHOICES[language][Choice.INVITED] in shown
    assert WORDS[language]["exposure_none"] in run(given=empty(), language=language)[1]


def test_the_command_writes_the_page_and_the_json_and_is_strict_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    code, shown, asked = run("--html", str(path), "--json", "--k", "5", "--sample", "7", given=report())
    assert (code, asked["k"], asked["sample"]) == (0, 5, 7)
    assert path.read_text("utf-8") == page(report())
    assert json.loads(shown) == report_json(report())
    assert run("--strict", given=report())[0] == 1
    assert run("--strict", given=report(findings=report().findings[:3]))[0] == 0
    assert run("--strict", given=empty())[0] == 0

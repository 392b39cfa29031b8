"""`matcha match`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from matcha.calibration import FALSE_POSSIBLE, FALSE_STRONG
from matcha.cli.session import CommandLine, err, out, print_json
from matcha.cli.words import BANDS, EXCLUSIONS, KINDS
from matcha.disk import write_atomically
from matcha.errors import Invalid, spaced
from matcha.interchange import answer_json
from matcha.records.need import Purpose
from matcha.text.canonical import LONGEST
from matcha.values import ActorKind, Answer, Band, Evidence, Language, Match, OtherPoints, TermPoints

_SHOWN_PAIRS = 3
_SHOWN_TERMS = 6


NeedText = Annotated[
    str | None, typer.Argument(help="Behovet med egna ord; - läser stdin. / The need in your words; - reads stdin.")
]
NeedId = Annotated[str | None, typer.Option(help="Ett behovs id i stället. / The id of a need instead.")]
AnswerLanguage = Annotated[Language | None, typer.Option(help="Svarets språk. / Language of the answer.")]
AsJson = Annotated[bool, typer.Option("--json", help="Allt, som JSON. / Everything, as JSON.")]


def register(app: typer.Typer) -> None:
    app.command("match")(match)


def match(
    context: typer.Context,
    text: NeedText = None,
    need: NeedId = None,
    k: Annotated[int, typer.Option(help="Hur många aktörer. / How many actors.")] = 10,
    kind: Annotated[ActorKind | None, typer.Option(help="Bara en sorts aktör. / One kind of actor only.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="Syftet med frågan. / What the question is for.")] = None,
    receipt: Annotated[Path | None, typer.Option(help="Skriv kvittot till en fil. / Write the receipt.")] = None,
    lang: AnswerLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Vem skulle kunna möta behovet? / Who could meet the need?"""
    line = in_language(context.obj, lang)
    given = text_from(text)
    with line.loading_model():
        answer = line.answering.match(given, need_id=need, k=k, kind=kind, purpose=purpose)
    if receipt is not None:
        write_atomically(receipt, answer.receipt.encode())
    if as_json:
        print_json(answer_json(answer))
    else:
        _show(line, answer)


def in_language(line: CommandLine, language: Language | None) -> CommandLine:
    """Give the command line with the answers in a language, if one is given."""
    return line if language is None else CommandLine(line.settings.model_copy(update={"language": language}))


def text_from(argument: str | None) -> str | None:
    """Give the text of an argument, which for - stands on the standard input."""
    return _stdin() if argument == "-" else argument


def _stdin() -> str:
    most = 4 * LONGEST  # bytes; a character of UTF-8 takes at most four
    content = sys.stdin.buffer.read(most + 1)
    if len(content) > most:
        raise Invalid(
            f"Texten på stdin är för lång; högst {spaced(LONGEST)} tecken ryms.",
            f"The text on stdin is too long; at most {LONGEST:,} characters fit.",
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise Invalid("Det som kom på stdin är inte UTF-8-text.", "What came on stdin is not UTF-8 text.") from cause


def _show(line: CommandLine, answer: Answer) -> None:
    if not answer.considered.registered:
        err.print(line.say("no_profiles"))
        return
    if all(found.band is Band.WEAK for found in answer.matches):
        out.print(line.say("nothing_good" if answer.matches else "no_matches"), style="bold")
        out.print()
    for found in answer.matches:
        _show_match(line, found)
    considered = answer.considered
    language = line.settings.language
    reasons = ", ".join(f"{EXCLUSIONS[language][e.reason]} {e.count}" for e in considered.excluded)
    excluded = sum(e.count for e in considered.excluded)
    counted = line.say("considered", registered=considered.registered, scored=considered.scored, excluded=excluded)
    out.print(counted + (f" ({reasons})" if reasons else ""))
    rates = {"strong": round(100 * FALSE_STRONG), "possible": round(100 * FALSE_POSSIBLE)}
    out.print(line.say("points_note", **rates), style="dim")
    out.print(line.say("logged", index=answer.leaf_index), style="dim")


def _show_match(line: CommandLine, found: Match) -> None:
    language = line.settings.language
    kind, band = KINDS[language][found.actor.kind], BANDS[language][found.band]
    heading = Text.assemble(
        (found.actor.name, "bold"), f"  {kind} · {band} · {spaced(found.score)} {line.say('points')}\n"
    )
    heading.append(f"{found.profile_title} ({found.profile_id}, v{found.profile_version})")
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", width=8)
    grid.add_column()
    grid.add_row(Text(str(found.rank), "bold"), heading)
    best = sorted(found.evidence, key=lambda pair: -pair.points)
    for pair in best[:_SHOWN_PAIRS]:
        told = Text.assemble((pair.need_sentence, "dim"), f"\n→ {pair.profile_sentence}")
        grid.add_row(Text(spaced(pair.points), "dim"), told)
    for points, told_by in (*_rest(line, best[_SHOWN_PAIRS:]), *other_rows(line, found.terms, found.other_points)):
        grid.add_row(Text(spaced(points), "dim"), Text(told_by, "dim"))
    for word, sentences in (("unsupported", _unsupported(found)), ("copied", found.copied), ("alike", found.alike)):
        if sentences:
            grid.add_row("", Text(f"{line.say(word)} {' · '.join(sentences)}", "yellow"))
    out.print(grid)
    out.print()


def _unsupported(found: Match) -> list[str]:
    return list(dict.fromkeys(pair.need_sentence for pair in found.evidence if not pair.supported))


def _rest(line: CommandLine, rest: Sequence[Evidence]) -> Iterator[tuple[int, str]]:
    """The points of the pairs that are not shown."""
    if rest:
        points = sum(pair.points for pair in rest)
        yield points, line.say("more", count=len(rest), points=spaced(points))


def other_rows(
    line: CommandLine, terms: Sequence[TermPoints], others: Sequence[OtherPoints]
) -> Iterator[tuple[int, str]]:
    """Give the points that no pair gives, each with its reason; with the pairs they add up to the score."""
    if terms:
        best = sorted(terms, key=lambda term: -term.points)
        words = ", ".join(term.term for term in best[:_SHOWN_TERMS]) + (" …" if best[_SHOWN_TERMS:] else "")
        yield sum(term.points for term in terms), line.say("terms", words=words)
    for part in others:
        what, _, id = part.what.partition(":")
        yield part.points, line.say(what, id=id)

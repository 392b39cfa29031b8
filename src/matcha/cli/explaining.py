"""`matcha explain`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from matcha.cli.matching import AnswerLanguage, AsJson, NeedId, NeedText, in_language, other_rows, text_from
from matcha.cli.session import CommandLine, out, print_json
from matcha.cli.words import BANDS, KINDS
from matcha.errors import spaced
from matcha.interchange import explanation_json
from matcha.values import Evidence, Explanation


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    text: NeedText = None,
    profile: Annotated[str, typer.Option(help="Profilens id. / The id of the profile.")] = "",
    need: NeedId = None,
    k: Annotated[int, typer.Option(help="Gränsen: hur många som visas. / The cut-off: how many are shown.")] = 10,
    lang: AnswerLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Varför står profilen där den står, och vad saknas? / Why does it stand where it stands, and what is missing?"""
    line = in_language(context.obj, lang)
    given = text_from(text)
    with line.loading_model():
        found = line.matcha.explain(profile, given, need_id=need, k=k)
    if as_json:
        print_json(explanation_json(found))
    else:
        _show(line, found)


def _show(line: CommandLine, found: Explanation) -> None:
    kind = KINDS[line.settings.language][found.actor.kind]
    out.print(Text.assemble((found.actor.name, "bold"), f"  {kind}"))
    out.print(Text(f"{found.profile_title} ({found.profile_id}, v{found.profile_version})"))
    out.print(_standing(line, found), style="bold")
    out.print()
    _show_points(line, found)
    unsupported = list(dict.fromkeys(pair.need_sentence for pair in found.evidence if not pair.supported))
    _show_list(line, "unsupported", unsupported)
    _show_list(line, "copied", found.copied)
    _show_deletions(line, found)
    _show_advice(line, found)
    _show_list(line, "masked", found.masked)
    _show_list(line, "unread", found.unread)
    out.print(line.say("pairs_note"), style="dim")
    out.print(line.say("logged", index=found.leaf_index), style="dim")


def _standing(line: CommandLine, found: Explanation) -> str:
    band = BANDS[line.settings.language][found.band]
    told = line.say("standing", rank=found.rank, ranked=found.ranked, band=band, points=spaced(found.actor_score))
    if found.to_cut is None:
        return told
    word = "inside" if found.to_cut >= 0 else "outside"
    return f"{told} {line.say(word, k=found.k, points=spaced(abs(found.to_cut)))}"


def _show_points(line: CommandLine, found: Explanation) -> None:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", width=10)
    grid.add_column()
    for pair in found.evidence:
        grid.add_row(Text(spaced(pair.points)), _pair(line, pair))
    for points, told in other_rows(line, found.terms, found.other_points):
        grid.add_row(Text(spaced(points)), Text(told, "dim"))
    grid.add_row(Text(f"= {spaced(found.score)}", "bold"), line.say("profile_score"))
    if len(found.counted) > 1 or found.score != found.actor_score:
        for part in found.counted:
            id = part.what.removeprefix("profile:")
            grid.add_row(Text(spaced(part.points), "dim"), Text(line.say("counted", id=id), "dim"))
        grid.add_row(Text(f"= {spaced(found.actor_score)}", "bold"), line.say("actor_score"))
    out.print(grid)
    out.print()


def _pair(line: CommandLine, pair: Evidence) -> Text:
    marks = [
        line.say(word) for word, holds in (("no_support", not pair.supported), ("is_copied", pair.copied)) if holds
    ]
    told = Text.assemble((pair.need_sentence, "dim"), f"\n→ {pair.profile_sentence}")
    return told.append(f"  [{', '.join(marks)}]", "bold") if marks else told


def _show_list(line: CommandLine, word: str, sentences: Sequence[str]) -> None:
    if sentences:
        out.print(line.say(word), style="bold")
        for sentence in sentences:
            out.print(Text(f"  – {sentence}"))
        out.print()


def _show_deletions(line: CommandLine, found: Explanation) -> None:
    if found.deletions:
        out.print(line.say("deletions"), style="bold")
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(justify="right", width=10)
        grid.add_column()
        for deletion in found.deletions:
            sign = "+" if deletion.change > 0 else "−" if deletion.change < 0 else "±"
            grid.add_row(Text(f"{sign}{spaced(abs(deletion.change))}"), Text(deletion.profile_sentence))
        out.print(grid)
        out.print()


def _show_advice(line: CommandLine, found: Explanation) -> None:
    if found.advice:
        out.print(line.say("advice"), style="bold")
        for each in found.advice:
            said = line.say("all_of_them") if len(each.need_sentences) > 1 else each.need_sentences[0]
            out.print(Text(f"  – {said}  →  {line.say('best_rank', rank=each.best_rank)}"))
        out.print(line.say("only_truth"))
        out.print()

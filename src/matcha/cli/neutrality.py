"""`matcha neutrality`: whether who you are matters, as a page, as JSON or in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.interchange.neutrality import report_json
from matcha.neutrality import telling
from matcha.neutrality.relation_words import RELATIONS
from matcha.neutrality.report import Exposure, Report, SeenTogether
from matcha.neutrality.words import CHOICES, GROUPS, SIGNS, VERDICTS, WORDS, Verdict
from matcha.values import Choice, Language

neutrality = typer.Typer(help="Neutraliteten. / Neutrality.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(neutrality, name="neutrality")


@neutrality.callback()
def group() -> None:
    """Keep `report` a command of its own while it is the only one."""


@neutrality.command("report")
def report(
    context: typer.Context,
    html: Annotated[Path | None, typer.Option(help="Skriv en webbsida hit. / Write a web page here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Allt, som JSON. / Everything, as JSON.")] = False,
    k: Annotated[int, typer.Option(min=1, help="Hur många som räknas som visade. / How many count as shown.")] = 10,
    sample: Annotated[int, typer.Option(min=1, help="Profiler per relation. / Profiles for each relation.")] = 40,
    strict: Annotated[
        bool, typer.Option("--strict", help="Slutkod 1 om något inte håller. / Exit 1 on failure.")
    ] = False,
) -> None:
    """Pröva om det spelar roll vem man är. / Try whether it matters who you are."""
    line: CommandLine = context.obj
    with line.loading_model():
        line.matcha.warm_up()
    with line.progress("checking_neutrality") as progress:
        found: Report = line.matcha.neutrality_report(k=k, sample=sample, progress=progress)
    if html is not None:
        from matcha.neutrality.page import page

        write_atomically(html, page(found).encode())
    if as_json:
        print_json(report_json(found))
    else:
        _show(found, line.settings.language)
        if html is not None:
            out.print(line.say("written", path=html), markup=False)
    if strict and telling.failing(found):
        raise typer.Exit(1)


def _show(found: Report, language: Language) -> None:
    words = WORDS[language]
    out.print(Text(telling.headline(found, language), "bold"))
    for finding in telling.failing(found):
        title = RELATIONS[language][finding.relation].title
        out.print(Text(f"{SIGNS[Verdict.FAILS]} {title}: {telling.fails_by(finding, language)}", "bold"))
    out.print()
    _show_relations(found, language)
    out.print()
    if found.exposure.actors:
        _show_exposure(found.exposure, language)
    else:
        out.print(words["exposure_none"])
    out.print()
    _show_overrides(found, language)
    out.print()
    _heading(words["alike"] if found.alike else words["alike_none"], bold=bool(found.alike))
    for group in found.alike:
        out.print(Text(" + ".join(group)))


def _show_relations(found: Report, language: Language) -> None:
    words = WORDS[language]
    table = _table(words["relation"], words["verdict"], words["tried"], words["figure"], words["allowed"], right={2})
    for finding in found.findings:
        verdict = telling.verdict(finding)
        table.add_row(
            RELATIONS[language][finding.relation].title,
            Text(f"{SIGNS[verdict]} {VERDICTS[language][verdict]}", "bold" if verdict is Verdict.FAILS else ""),
            telling.count(finding.tried, language),
            f"{telling.figure(finding, language)} ({RELATIONS[language][finding.relation].figure})",
            telling.allowed(finding, language),
        )
    out.print(table)


def _show_exposure(exposure: Exposure, language: Language) -> None:
    words = WORDS[language]
    numbers = {"needs": exposure.needs, "k": exposure.k, "actors": len(exposure.actors)}
    told = {name: telling.count(number, language) for name, number in numbers.items()}
    _heading(words["exposure"])
    out.print(words["exposure_note"].format(**told))
    for name, value in (
        ("gini", telling.decimal(exposure.gini, language)),
        ("never_shown", telling.share(exposure.never_shown, language)),
        ("most_shown", telling.share(exposure.most_shown, language)),
        ("hubness", telling.decimal(exposure.hubness, language)),
    ):
        out.print(Text.assemble(f"{words[name]}: ", (value, "bold"), f". {words[f'{name}_note']}".format(**told)))
    for title, groups in (("kinds", exposure.kinds), ("sizes", exposure.sizes)):
        out.print()
        _show_groups(words[title], groups, language)


def _show_groups(title: str, groups: tuple[SeenTogether, ...], language: Language) -> None:
    words = WORDS[language]
    columns = (title, words["actors"], words["mean"], words["never_share"], words["invited"])
    table = _table(*columns, right={1, 2, 3, 4})
    for one in groups:
        table.add_row(
            GROUPS[language][one.group],
            telling.count(one.actors, language),
            telling.decimal(telling.mean_shown(one), language, 1),
            telling.share(telling.share_never(one), language),
            telling.count(one.invited, language),
        )
    out.print(table)


def _show_overrides(found: Report, language: Language) -> None:
    words = WORDS[language]
    if not found.overrides:
        out.print(words["overrides_none"])
        return
    _heading(words["overrides"])
    names = {one.actor_id: one.name for one in found.exposure.actors}
    columns = ("need", "actor", "choice", "machine_rank", "reason", "user")
    table = _table(*(words[column] for column in columns), right={3})
    for one in found.overrides:
        rank = words["unranked"] if one.machine_rank is None else str(one.machine_rank)
        choice = CHOICES[language][Choice(one.choice)]
        given = (one.need_id, names.get(one.actor_id, one.actor_id), choice, rank, one.reason, one.user)
        table.add_row(*(Text(cell) for cell in given))
    out.print(table)


def _heading(text: str, bold: bool = True) -> None:
    out.print(Text(text, "bold" if bold else ""))


def _table(*columns: str, right: set[int]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in right else "left")
    return table

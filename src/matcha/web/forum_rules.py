"""The rules of a forum as the fields of a form, and back: `least-company`, `must` with one actor a line, and so on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from matcha.api import faults
from matcha.forum.plan import rules_of
from matcha.forum.relaxation import Relaxation, Rule, RuleKind, relaxed
from matcha.forum.words import part
from matcha.process import Part
from matcha.records.forum import ForumRulesForm
from matcha.values import Language
from matcha.web.filling import FieldFault, Given, Unfilled

COLUMNS = ("host", "least", "most", "each")  # what is said of each kind
NUMBERS = ("seats_least", "seats_most", "house_seats", "coverage", "qualify", "one_sided")
ABOUT = ("must", "conflicts", "parts")  # an actor and something about it, a line each
PAIRS = ("never_together", "apart", "houses")  # actors that go together in a rule, a line each
USUAL = ForumRulesForm.model_validate(
    {
        "seats": (30, 40),
        "host": {Part.NEED_OWNER: 3, Part.PROCUREMENT: 1, Part.IT: 1, Part.MEDICAL_TECHNOLOGY: 1},
        "quotas": {
            Part.COMPANY: (8, 16),
            Part.ACADEMIA: (4, 8),
            Part.PATIENT_ORGANISATION: (4, 10),
            Part.NEED_OWNER: (4, 10),
        },
        "seats_each": {Part.PATIENT_ORGANISATION: 2},
    }
)
_NUMBER = re.compile(r"\d{1,4}")
_OWN = {"aspects", "parts", "houses"}  # what of the form is not among the rules of composition

Finding = Callable[[str], str | None]  # an actor's id by its id or name


def fields_of(rules: ForumRulesForm) -> dict[str, Any]:
    """Give what the form's fields hold for rules."""
    told: dict[str, Any] = {"aspects": list(rules.aspects), "inviting": rules.inviting.value}
    told |= {"seats_least": rules.seats[0], "seats_most": rules.seats[1]}
    told |= {name: getattr(rules, name) for name in NUMBERS[2:]}
    for kind in Part:
        least, most = rules.quotas.get(kind, ("", ""))
        each = (rules.host.get(kind, ""), least, most, rules.seats_each.get(kind, ""))
        told |= {f"{column}-{kind}": value for column, value in zip(COLUMNS, each, strict=True)}
    for name in ABOUT:
        told[name] = "\n".join(f"{id}: {said}" for id, said in getattr(rules, name).items())
    for name in PAIRS:
        told[name] = "\n".join("; ".join(ids) for ids in getattr(rules, name))
    return told


def rules_in(given: Given, find: Finding) -> ForumRulesForm:
    """Make rules of the form that was sent. Raises Unfilled, with what is wrong by field."""
    reading = _Reading(given, find)
    told = reading.rules()
    if not reading.faults:
        try:
            return ForumRulesForm.model_validate(told)
        except ValidationError as wrong:
            reading.faults += map(_fault, map(dict, wrong.errors()))
    raise Unfilled(tuple(reading.faults))


def rules_from_json(content: str, name: str) -> ForumRulesForm:
    """Make rules of JSON, as `matcha forum compose --rules` takes it. Raises Unfilled, naming the field `name`."""
    try:
        return ForumRulesForm.model_validate(json.loads(content.removeprefix("\ufeff")))
    except ValidationError as wrong:
        sv, en = zip(*(_located(dict(detail)) for detail in wrong.errors()[:8]), strict=True)
        raise Unfilled((FieldFault(name, "; ".join(sv), "; ".join(en)),)) from wrong
    except (ValueError, RecursionError) as wrong:
        raise Unfilled((FieldFault(name, "är inte giltig JSON", "is not valid JSON"),)) from wrong


def mended(rules: ForumRulesForm, changes: Sequence[Relaxation]) -> ForumRulesForm:
    """Give rules with changes made."""
    after = relaxed(rules_of(rules.model_dump(mode="json", exclude=_OWN)), changes)
    names = ("seats", "quotas", "house_seats", "must", "conflicts", "never_together", "coverage", "one_sided")
    return rules.model_copy(update={name: getattr(after, name) for name in names})


def named(rule: Rule, names: Mapping[str, str]) -> Rule:
    """Give a rule that calls actors by their names."""
    if rule.kind in (RuleKind.MUST, RuleKind.CONFLICT):
        return Rule(rule.kind, names.get(str(rule.subject), str(rule.subject)), rule.bound)
    if isinstance(rule.subject, tuple):
        first, second = (names.get(id, id) for id in rule.subject)
        return Rule(rule.kind, (first, second), rule.bound)
    return rule


@dataclass
class _Reading:
    """A form that is read; what is wrong with it is gathered in `faults`."""

    given: Given
    find: Finding
    faults: list[FieldFault] = field(default_factory=list)

    def rules(self) -> dict[str, Any]:
        told: dict[str, Any] = {"inviting": self.given.get("inviting") or "targeted"}
        told["aspects"] = tuple(dict.fromkeys([*self._lines("aspects"), *self._lines("more_aspects")]))
        numbers = {name: self._number(name) for name in NUMBERS}
        seats = (numbers.pop("seats_least") or 0, numbers.pop("seats_most") or 0)
        self._ordered(*seats, "seats_most")
        told |= {"seats": seats, **{name: value for name, value in numbers.items() if value is not None}}
        told["host"] = {kind: count for kind in Part if (count := self._number(f"host-{kind}"))}
        told["seats_each"] = {kind: count for kind in Part if (count := self._number(f"each-{kind}"))}
        told["quotas"] = {kind: quota for kind in Part if (quota := self._quota(kind, seats[1])) is not None}
        told |= {name: dict(self._about(name)) for name in ABOUT}
        return told | {name: tuple(self._together(name)) for name in PAIRS}

    def _quota(self, kind: Part, most: int) -> tuple[int, int] | None:
        low, high = self._number(f"least-{kind}"), self._number(f"most-{kind}")
        if low is None and high is None:
            return None
        found = (low or 0, most if high is None else high)
        self._ordered(*found, f"most-{kind}", kind)
        return found

    def _ordered(self, least: int, most: int, name: str, kind: Part | None = None) -> None:
        if least > most:
            sv, en = (f" för {part(kind, Language.SV, 2)}", f" for {part(kind, Language.EN, 2)}") if kind else ("", "")
            self._wrong(name, f"ska vara minst {least}{sv}", f"must be at least {least}{en}")

    def _number(self, name: str) -> int | None:
        said = self.given.get(name).strip()
        if said and not _NUMBER.fullmatch(said):
            self._wrong(name, "ska vara ett heltal", "must be a whole number")
            return None
        return int(said) if said else None

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for said in self.given.all(name) for line in said.splitlines() if line.strip()]

    def _about(self, name: str) -> Iterator[tuple[str, str]]:
        for line in self._lines(name):
            actor, colon, said = line.partition(":")
            if not (colon and said.strip()):
                self._wrong(name, f"”{line[:60]}” saknar kolon och skäl", f"”{line[:60]}” lacks a colon and a reason")
            elif (id := self._actor(name, actor)) is not None:
                yield id, said.strip()

    def _together(self, name: str) -> Iterator[tuple[str, ...]]:
        for line in self._lines(name):
            ids = [self._actor(name, one) for one in line.split(";") if one.strip()]
            if len(ids) < 2 or (name != "houses" and len(ids) > 2):
                self._wrong(name, f"”{line[:60]}” ska vara två aktörer", f"”{line[:60]}” must be two actors")
            elif all(ids):
                yield tuple(id for id in ids if id)

    def _actor(self, name: str, said: str) -> str | None:
        found = self.find(said.strip())
        if found is None:
            told = said.strip()[:60]
            self._wrong(name, f"ingen aktör heter ”{told}”", f"no actor is called ”{told}”")
        return found

    def _wrong(self, name: str, sv: str, en: str) -> None:
        self.faults.append(FieldFault(name, sv, en))


_FIRST = {"seats": "seats_least", "quotas": "least-", "host": "host-", "seats_each": "each-"}


def _fault(detail: dict[str, Any]) -> FieldFault:
    """Say what is wrong by the form's own field: quotas.company.0 is `least-company`."""
    first, *rest = (str(one) for one in detail["loc"])
    name = _FIRST.get(first, first)
    sv, en = faults.words(detail)
    return FieldFault(name + rest[0] if name.endswith("-") and rest else name, sv, en)


def _located(detail: dict[str, Any]) -> tuple[str, str]:
    sv, en = faults.words(detail)
    where = ".".join(map(str, detail["loc"]))
    return f"{where} {sv}", f"{where} {en}"

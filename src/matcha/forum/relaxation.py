"""Rules that cannot all hold: which contradict each other, and the smallest change that mends it, in words.

`conflicts` finds them. Nothing here solves anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matcha.errors import Conflict
from matcha.forum.plan import Pair, Rules, pair
from matcha.forum.words import PARTS
from matcha.process import Part
from matcha.values import Language

SV, EN = Language.SV, Language.EN
DROPPED = 10  # how great a change it is to drop a rule that has no number, in people, actors or percent
_DROPPED_CONFLICT = 20
_TOLD = 12  # of a long list, in a sentence


class RuleKind(StrEnum):
    """What a rule limits, the mildest to change first."""

    SEATS_FEWEST = "seats_fewest"
    QUOTA_FEWEST = "quota_fewest"
    ONE_SIDED = "one_sided"
    QUOTA_MOST = "quota_most"
    SEATS_MOST = "seats_most"
    COVERAGE = "coverage"
    HOUSE_SEATS = "house_seats"
    NEVER_TOGETHER = "never_together"
    MUST = "must"
    CONFLICT = "conflict"


_SAID: Mapping[Language, Mapping[RuleKind, str]] = {
    SV: {
        RuleKind.SEATS_FEWEST: "minst {bound} {seats} i rummet",
        RuleKind.SEATS_MOST: "högst {bound} {seats} i rummet",
        RuleKind.QUOTA_FEWEST: "minst {bound} {seats} till {subject}",
        RuleKind.QUOTA_MOST: "högst {bound} {seats} till {subject}",
        RuleKind.COVERAGE: "minst {bound} {actors} med svar på {subject}",
        RuleKind.ONE_SIDED: "högst {bound} procent av platserna till aktörer som bara svarar på en och samma aspekt",
        RuleKind.HOUSE_SEATS: "högst {bound} {seats} till samma organisation",
        RuleKind.NEVER_TOGETHER: "{subject} bjuds inte in tillsammans",
        RuleKind.MUST: "{subject} ska bjudas in",
        RuleKind.CONFLICT: "{subject} är jävig och får inte bjudas in",
    },
    EN: {
        RuleKind.SEATS_FEWEST: "at least {bound} {seats} in the room",
        RuleKind.SEATS_MOST: "at most {bound} {seats} in the room",
        RuleKind.QUOTA_FEWEST: "at least {bound} {seats} for {subject}",
        RuleKind.QUOTA_MOST: "at most {bound} {seats} for {subject}",
        RuleKind.COVERAGE: "at least {bound} {actors} with an answer to {subject}",
        RuleKind.ONE_SIDED: "at most {bound} percent of the seats for actors that answer one and the same aspect alone",
        RuleKind.HOUSE_SEATS: "at most {bound} {seats} for one organisation",
        RuleKind.NEVER_TOGETHER: "{subject} are not invited together",
        RuleKind.MUST: "{subject} has to be invited",
        RuleKind.CONFLICT: "{subject} has a conflict of interest and cannot be invited",
    },
}
_SEATS = {SV: ("plats", "platser"), EN: ("seat", "seats")}
_ACTORS = {SV: ("aktör", "aktörer"), EN: ("actor", "actors")}
_EVERY = {SV: "varje aspekt", EN: "every aspect"}
_AND = {SV: "och", EN: "and"}
_MORE = {SV: "och {n} till", EN: "and {n} more"}
_CHANGED = {
    SV: {"down": "sänk till {after}", "up": "höj till {after}", "drop": "stryk"},
    EN: {"down": "lower it to {after}", "up": "raise it to {after}", "drop": "drop it"},
}
_NO_MORE = {
    SV: "fler än så finns inte bland dem som kvalificerar sig",
    EN: "there are no more than that among those who qualify",
}
_WRONG = {SV: "Reglerna går inte att förena: {rules}.", EN: "The rules cannot all hold: {rules}."}
_MEND = {SV: "Minsta ändring som räcker: {changes}.", EN: "The smallest change that is enough: {changes}."}
_NOBODY = {
    SV: "Ingen kvalificerar sig. Sänk kravet, bjud in brett eller ta med fler aktörer.",
    EN: "Nobody qualifies. Ask for less, invite more widely or bring in more actors.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `subject` is the part of a quota, the aspect of a coverage (None: every aspect), the actor that must or
    must not come, or the pair that is never together; `bound` is its number, if it has one."""

    kind: RuleKind
    subject: str | Part | Pair | None = None
    bound: int | None = None

    def told(self, language: Language) -> str:
        """Give it in words, without capital and full stop."""
        one = int(self.bound != 1)
        return _SAID[language][self.kind].format(
            bound=self.bound, seats=_SEATS[language][one], actors=_ACTORS[language][one], subject=self._named(language)
        )

    def _named(self, language: Language) -> str:
        if isinstance(self.subject, Part):
            return PARTS[language][self.subject][1]
        if isinstance(self.subject, tuple):
            return f" {_AND[language]} ".join(self.subject)
        if self.kind is RuleKind.COVERAGE:
            return f"”{self.subject}”" if self.subject is not None else _EVERY[language]
        return self.subject or ""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of one rule: its number before and after, both None for a rule that is dropped.

    `exhausted` says that everybody who qualifies counts into `after`.
    """

    rule: Rule
    before: int | None = None
    after: int | None = None
    exhausted: bool = False

    @property
    def size(self) -> int:
        """How great a change it is: people, actors or percent; DROPPED for a rule that is dropped, twice that for a
        conflict of interest."""
        if self.before is None or self.after is None:
            return _DROPPED_CONFLICT if self.rule.kind is RuleKind.CONFLICT else DROPPED
        return abs(self.after - self.before)

    def told(self, language: Language) -> str:
        """Give it in words, without capital and full stop."""
        way = "drop" if self.before is None or self.after is None else "down" if self.after < self.before else "up"
        change = _CHANGED[language][way].format(after=self.after)
        return f"{self.rule.told(language)}: {change}{f' ({_NO_MORE[language]})' if self.exhausted else ''}"


class Impossible(Conflict):
    """No composition keeps all the rules: `conflict` contradicts itself, and `relaxations` are enough to mend all.

    Without any one of its rules the conflict is none. `relaxations` are empty if nothing can be changed so that anybody
    comes at all.
    """

    def __init__(self, conflict: tuple[Rule, ...], relaxations: tuple[Relaxation, ...]) -> None:
        self.conflict = conflict
        self.relaxations = relaxations
        super().__init__(self._said(SV), self._said(EN))

    def _said(self, language: Language) -> str:
        wrong = _WRONG[language].format(rules=_list([each.told(language) for each in self.conflict], language))
        changes = _list([each.told(language) for each in self.relaxations], language)
        return f"{wrong} {_MEND[language].format(changes=changes) if self.relaxations else _NOBODY[language]}"


def _list(said: Sequence[str], language: Language) -> str:
    more = [_MORE[language].format(n=len(said) - _TOLD)] if len(said) > _TOLD else []
    return "; ".join([*said[:_TOLD], *more])


def relaxed(rules: Rules, relaxations: Sequence[Relaxation]) -> Rules:
    """Give the rules with these changes made."""
    for each in relaxations:
        after, kind = each.after, each.rule.kind
        rules = _dropped(rules, each.rule) if after is None else _CHANGES[kind](rules, each, after)
    return rules


def _dropped(rules: Rules, rule: Rule) -> Rules:
    if rule.kind is RuleKind.NEVER_TOGETHER:
        return replace(rules, never_together=tuple(p for p in rules.never_together if pair(*p) != rule.subject))
    if rule.kind is RuleKind.MUST:
        return replace(rules, must={id: why for id, why in rules.must.items() if id != rule.subject})
    return replace(rules, conflicts={id: why for id, why in rules.conflicts.items() if id != rule.subject})


def _quota(rules: Rules, each: Relaxation, after: tuple[int | None, int | None]) -> Rules:
    part = Part(str(each.rule.subject))
    fewest, most = (old if new is None else new for old, new in zip(rules.quotas[part], after, strict=True))
    return replace(rules, quotas={**rules.quotas, part: (fewest, most)})


_CHANGES: Mapping[RuleKind, Callable[[Rules, Relaxation, int], Rules]] = {
    RuleKind.SEATS_FEWEST: lambda rules, each, after: replace(rules, seats=(after, rules.seats[1])),
    RuleKind.SEATS_MOST: lambda rules, each, after: replace(rules, seats=(rules.seats[0], after)),
    RuleKind.QUOTA_FEWEST: lambda rules, each, after: _quota(rules, each, (after, None)),
    RuleKind.QUOTA_MOST: lambda rules, each, after: _quota(rules, each, (None, after)),
    RuleKind.COVERAGE: lambda rules, each, after: replace(rules, coverage=after),
    RuleKind.ONE_SIDED: lambda rules, each, after: replace(rules, one_sided=after),
    RuleKind.HOUSE_SEATS: lambda rules, each, after: replace(rules, house_seats=after),
}

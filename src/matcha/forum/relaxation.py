"""Rules that cannot all hold: which contradict each other, and the smallest change that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcha.errors import Conflict
from matcha.forum.plan import Pair
from matcha.process import Part


class RuleKind(StrEnum):
    """What a rule limits."""

    SEATS_FEWEST = "seats_fewest"
    SEATS_MOST = "seats_most"
    QUOTA_FEWEST = "quota_fewest"
    QUOTA_MOST = "quota_most"
    COVERAGE = "coverage"
    ONE_SIDED = "one_sided"
    HOUSE_SEATS = "house_seats"
    NEVER_TOGETHER = "never_together"
    MUST = "must"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `subject` is the part of a quota, the aspect of a coverage (None: every aspect), the actor that must or
    must not come, or the pair that is never together; `bound` is its number, if it has one."""

    kind: RuleKind
    subject: str | Part | Pair | None = None
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of one rule: its number before and after, or None after for a rule that is dropped."""

    rule: Rule
    before: int | None
    after: int | None


class Impossible(Conflict):
    """No composition keeps all the rules. Which contradict each other, and what to change."""

    def __init__(self, conflict: tuple[Rule, ...], relaxations: tuple[Relaxation, ...]) -> None:
        self.conflict = conflict
        self.relaxations = relaxations
        super().__init__("Reglerna går inte att förena.", "The rules cannot all hold.")

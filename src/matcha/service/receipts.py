"""Receipts of consideration: what a supplier is given to show that its profile was in a match."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session, col, select

from matcha.errors import NotFound
from matcha.matchlog import receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Draft, Entry, Kind, sealed
from matcha.matchlog.receipt import Logged, Placed
from matcha.matchlog.roll import Line, Roll
from matcha.matchlog.standings import Standings
from matcha.records import ProfileEntry, ProfileVersion
from matcha.service import asking, logbook
from matcha.service.logbook import Logbook
from matcha.service.replaying import Replayer
from matcha.store import log, queries
from matcha.values import Progress


@dataclass(frozen=True)
class Consideration:
    """A match in which a profile took part: where it is in the log, when it was, why the profile was excluded if so."""

    leaf_index: int
    milliseconds: int
    profile_leaf_index: int
    excluded: str | None


def considerations(session: Session, profile_id: str, after: int = -1, most: int | None = None) -> list[Consideration]:
    """Give the matches (at most so many) after an entry and since a profile was registered, in the log's order.

    Raises NotFound for an unknown profile.
    """
    own = _entries(session, profile_id)
    rolls: dict[str, Line | None] = {}
    found = []
    for index, entry in logbook.entries(session, Kind.MATCH, max(after + 1, min(own, default=0))):
        root = entry.said["roll"]["root"]
        if root not in rolls:
            rolls[root] = Roll(log.kept(session, f"roll/{root}")).line_of(own)
        if (line := rolls[root]) is not None:
            excluded = line.excluded or ("other_kind" if entry.said["only"] not in (None, line.kind) else None)
            found.append(Consideration(index, entry.milliseconds, line.leaf_index, excluded))
        if most is not None and len(found) >= most:
            break
    return found


def of_consideration(book: Logbook, match: int, profile_id: str) -> str:
    """Give the receipt that a profile was considered in a match: in the roll, with its rank and score, or why not.

    The standings of a match's first k are in its own entry. Those of all others are worked out by replay, the first
    time one of them is asked for, and logged. Raises NotFound for an unknown match or profile, or one registered later.
    """
    with book.store.reading() as session:
        entry, own = log.entry(session, match, Kind.MATCH), _entries(session, profile_id)
        line = _roll(session, entry).opened(own)
        if line is None:
            raise NotFound(
                f"Profilen {profile_id} var inte registrerad när matchning {match} gjordes.",
                f"Profile {profile_id} was not registered when match {match} was made.",
            )
        found = Line.parse(line.leaf)
        scored = found.excluded is None and entry.said["only"] in (None, found.kind)
        holder = _holder(session, match, found.leaf_index) if scored else match
    if holder is None:
        holder = _log_everyone(book, match, entry)
    note = book.checkpoint()
    size = Checkpoint.unverified(note).size
    with book.store.reading() as session:
        logged = _logged(session, match, size)
        profile = _logged(session, found.leaf_index, size)
        opening = log.openings(session, found.leaf_index).get("profile")
        placed = _placed(session, holder, match, found.leaf_index, size) if scored else None
    return receipt.of_consideration(logged, note, profile, opening, line, placed)


def log_everyone(book: Logbook, profile_ids: Collection[str], progress: Progress) -> None:
    """Log everyone's standings in every match in which one of these profiles was scored, unless that has been done.

    Without a profile that is to be erased they could not be worked out any more, and nobody who was not shown in such
    a match could have a receipt of it.
    """
    with book.store.reading() as session:
        scored = {c.leaf_index for id in profile_ids for c in considerations(session, id) if c.excluded is None}
        wanted = [match for match in sorted(scored) if not _all_shown(session, match)]
    for done, match in enumerate(wanted):
        progress(done, len(wanted))
        with book.store.reading() as session:
            entry = log.entry(session, match)
        with suppress(NotFound):  # another profile or the question has been erased before
            _log_everyone(book, match, entry)


def _all_shown(session: Session, match: int) -> bool:
    """Whether the standings of all that were scored are logged, or can't be any more."""
    opening = log.openings(session, match).get("standings")
    if opening is None:
        return True
    own = sum(len(standing.profiles) for standing in Standings.from_bytes(opening.value).each)
    return own == log.entry(session, match).said["considered"]["scored"] or _holder(session, match, -1) is not None


def _holder(session: Session, match: int, profile: int) -> int | None:
    """The entry whose standings have the profile: the match's, or an explanation of it; None if there is none yet."""
    if _standings(session, match).opened(profile):
        return match
    explained = (i for i, e in logbook.entries(session, Kind.EXPLANATION) if e.said["of"] == match)
    return next((i for i in explained if "standings" in log.openings(session, i)), None)


def _log_everyone(book: Logbook, match: int, entry: Entry) -> int:
    with book.store.reading() as session:
        openings = log.openings(session, match)
        standings = Replayer(session).standings(match, book.salt(32))
    kept = {name: openings[name].value for name in ("asked", "reading")}
    values = {**kept, "standings": standings.to_bytes()}
    same = {name: entry.said[name] for name in ("config", "roll", "tree", "k", "only", "language", "purpose", "need")}
    said = {**same, "of": match, "profile": None, "standings": asking.told_standings(standings)}
    with book.writing() as writing:
        return writing.append(Draft(Kind.EXPLANATION, said, sealed(values, writing.salt)))


def _placed(session: Session, holder: int, match: int, profile: int, size: int) -> Placed:
    opened = _standings(session, holder).opened(profile)
    assert opened is not None
    return Placed(opened, None if holder == match else _logged(session, holder, size))


def _standings(session: Session, index: int) -> Standings:
    opening = log.openings(session, index).get("standings")
    if opening is None:
        raise NotFound(
            f"Det som frågades i post {index} är utgallrat: placeringarna går inte längre att visa.",
            f"What was asked in entry {index} has been erased: the standings can no longer be shown.",
        )
    return Standings.from_bytes(opening.value)


def _logged(session: Session, index: int, size: int) -> Logged:
    return Logged(index, log.row(session, index).body, logbook.proof(session, index, size))


def _roll(session: Session, entry: Entry) -> Roll:
    return Roll(log.kept(session, f"roll/{entry.said['roll']['root']}"))


def _entries(session: Session, profile_id: str) -> frozenset[int]:
    """All entries of a profile. Raises NotFound for an unknown one."""
    queries.profile(session, profile_id)
    query = select(ProfileEntry.leaf_index).join(ProfileVersion, col(ProfileVersion.id) == col(ProfileEntry.version_id))
    return frozenset(session.exec(query.where(ProfileVersion.profile_id == profile_id)))

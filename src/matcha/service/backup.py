"""Backups that count: a copy of every row in one file, restored once and audited before it is called a backup."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select, text
from sqlmodel import SQLModel

from matcha.disk import read_text, write_atomically
from matcha.errors import Conflict, Invalid, Unavailable
from matcha.matchlog.audit import Audited
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.keys import Keeper, public_keys
from matcha.matchlog.note import PrivateKey
from matcha.service.auditing import audit_all
from matcha.service.logbook import Logbook, checkpoint
from matcha.store import Store, log

_DATABASE, _CHECKPOINT, _PUBLIC, _PRIVATE = "matcha.db", "checkpoint", "key.pub", "key"
_AT_ONCE = 500  # rows


def write(book: Logbook, path: Path, with_key: bool) -> Audited:
    """Write a backup of a database, its log and its checkpoint to a file. Raises Conflict if its copy is not whole.

    The signing key is in it only `with_key`: who has it can sign in the log's name.
    """
    if path.exists():
        raise Conflict(f"{path} finns redan. Välj ett annat namn.", f"{path} exists already. Choose another name.")
    book.check()
    keys = book.signers()
    with tempfile.TemporaryDirectory(dir=_folder(path), prefix=".matcha-backup-") as folder:
        copy = Path(folder) / _DATABASE
        with _opened(copy) as store:
            copy_rows(book.store, store)
            with store.reading() as session:
                note = checkpoint(log.head(session), keys)
        members = {
            _DATABASE: copy.read_bytes(),
            _CHECKPOINT: note.encode(),
            _PUBLIC: "".join(f"{key.public}\n" for key in keys).encode(),
        }
        if with_key:
            members[_PRIVATE] = "".join(f"{key.written()}\n" for key in keys).encode()
        packed = Path(folder) / "backup.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        with unpacked(packed) as backup:
            audited = backup.audited()
        write_atomically(path, packed.read_bytes(), mode=0o600)
    return audited


def restore(path: Path, url: str, keeper: Keeper, accept_loss: bool = False) -> tuple[Audited, Checkpoint | None]:
    """Restore a backup into an empty database; gives its audit, and the later checkpoint that it has lost, if any.

    A log that has published more than the backup has is gone on with only if `accept_loss`, under a new name and key,
    for two histories may never be signed in one name. Raises Conflict when the database is not empty, the copy is not
    whole or entries would be lost, and Unavailable when there is no key.
    """
    with unpacked(path) as backup:
        audited = backup.audited()
        published = keeper.published()
        lost = Checkpoint.unverified(published) if published else None
        if lost is not None and lost.size <= backup.checkpoint.size:
            lost = None
        if lost is not None and not accept_loss:
            raise _would_lose(lost, backup.checkpoint)
        if not keeper.keys() and not backup.private:
            raise Unavailable(
                "Säkerhetskopian har ingen nyckel att signera med. Lägg tillbaka mappen matchlog först.",
                "The backup has no key to sign with. Put the folder matchlog back first.",
            )
        store = Store.open(url)
        try:
            _refuse_full(store)
            copy_rows(backup.store, store)
            if not keeper.keys():
                keeper.keep(backup.private)
            if lost is None:
                keeper.publish(backup.note)
            else:
                Logbook(store, keeper).begin_anew(str(published))
        finally:
            store.close()
    return audited, lost


class Backup:
    """A backup opened: the restored copy, its checkpoint and keys."""

    def __init__(self, store: Store, note: str, public: str, private: tuple[PrivateKey, ...]) -> None:
        self.store = store
        self.note = note
        self.keys = public_keys(public)
        self.private = private
        self.checkpoint = Checkpoint.opened(note, self.keys)

    def audited(self) -> Audited:
        """Audit the copy. Raises Conflict unless its root is the checkpoint's and nothing is amiss."""
        with self.store.reading() as session:
            found = audit_all(session, [self.note], self.keys)
        if found.faults or (found.size, found.root) != (self.checkpoint.size, self.checkpoint.root):
            told = found.faults[0] if found.faults else None
            raise Conflict(
                f"Säkerhetskopian är inte hel och räknas inte: {told.sv if told else 'den slutar på fel ställe'}.",
                f"The backup is not whole and does not count: {told.en if told else 'it ends at the wrong place'}.",
            )
        return found


@contextmanager
def unpacked(path: Path) -> Iterator[Backup]:
    """Open a backup in a folder of its own. Raises Invalid for a file that is none."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as cause:
        raise _no_backup(path) from cause
    with archive, tempfile.TemporaryDirectory(dir=_folder(path), prefix=".matcha-restore-") as folder:
        names = set(archive.namelist())
        if not {_DATABASE, _CHECKPOINT, _PUBLIC} <= names <= {_DATABASE, _CHECKPOINT, _PUBLIC, _PRIVATE}:
            raise _no_backup(path)
        try:
            for name in sorted(names):
                archive.extract(name, folder)
        except zipfile.BadZipFile as cause:
            raise _no_backup(path) from cause
        place = Path(folder)
        private = read_text(place / _PRIVATE).splitlines() if _PRIVATE in names else ()
        note, public = (read_text(place / name) for name in (_CHECKPOINT, _PUBLIC))
        Store.upgrade(f"sqlite:///{place / _DATABASE}")
        with _opened(place / _DATABASE) as store:
            yield Backup(store, note, public, tuple(map(PrivateKey.parse, private)))


def copy_rows(source: Store, target: Store) -> None:
    """Copy every row of one database into another that has none, in one transaction; the target takes its identity."""
    with source.engine.connect() as old, target.transaction() as session:
        new = session.connection()
        new.execute(SQLModel.metadata.tables["storeidentity"].delete())
        for table in SQLModel.metadata.sorted_tables:
            rows = old.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key))
            for some in rows.mappings().partitions():
                new.execute(insert(table), [dict(row) for row in some])
        _continue_sequences(new)


def _continue_sequences(connection: Connection) -> None:
    """PostgreSQL counts ids by sequences, which have not seen the ids that were copied."""
    if connection.dialect.name != "postgresql":
        return
    for table in inspect(connection).get_table_names():
        columns = inspect(connection).get_columns(table)
        if any(column["name"] == "id" and str(column.get("default")).startswith("nextval") for column in columns):
            last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"  # noqa: S608  (a table of our own)
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last}, false)"))


def _refuse_full(store: Store) -> None:
    with store.reading() as session:
        full = [
            table.name
            for table in SQLModel.metadata.sorted_tables
            if table.name != "storeidentity" and session.connection().execute(select(table).limit(1)).first()
        ]
    if full:
        raise Conflict(
            "Databasen är inte tom, och ingenting skrivs över. Flytta undan den (data/matcha.db) och försök igen.",
            "The database is not empty, and nothing is overwritten. Move it away (data/matcha.db) and try again.",
        )


@contextmanager
def _opened(path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{path}")
    try:
        yield store
    finally:
        store.close()


def _folder(path: Path) -> Path:
    folder = path.absolute().parent
    if not folder.is_dir():
        raise Unavailable(f"Mappen {folder} finns inte.", f"The folder {folder} does not exist.")
    return folder


def _would_lose(lost: Checkpoint, kept: Checkpoint) -> Conflict:
    return Conflict(
        f"Loggen har publicerat {lost.size} poster, men säkerhetskopian har {kept.size}. Leta efter en nyare, eller "
        "godta förlusten med --accept-loss: loggen går då vidare under ett nytt namn.",
        f"The log has published {lost.size} entries, but the backup has {kept.size}. Look for a newer one, or accept "
        "the loss with --accept-loss: the log then goes on under a new name.",
    )


def _no_backup(path: Path) -> Invalid:
    return Invalid(f"{path} är ingen säkerhetskopia av matcha.", f"{path} is no backup of matcha.")

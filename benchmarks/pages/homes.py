"""A home as large as a region's: the town of the tests, and around it 10,000 made-up profiles and 2,065 needs."""

from __future__ import annotations

import json
import random
from itertools import cycle, islice
from pathlib import Path

from tests.people import PASSWORD
from tests.town import Town, _settle, _with_cheap_passwords, _work

from matcha import Batch, HashingEncoder, Matcha
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.values import ActorKind

DEMO = Path(__file__).parents[2] / "data" / "demo"
PROFILES, NEEDS = 10_000, 2_065
_KEPT = "town.json"


def big_town(home: Path) -> Town:
    """Give the town in a home, made if there is none; whoever had signed in has signed in anew."""
    home.mkdir(parents=True, exist_ok=True)
    matcha = _opened(home)
    if not (home / _KEPT).exists():
        town = Town(matcha)
        _settle(town)
        _work(town)
        matcha.submit(_crowd())
        matcha.freeze()
        _keep(town, home / _KEPT)
    town = Town(matcha, **json.loads((home / _KEPT).read_text("utf-8")))
    town.sessions = {who: matcha.accounts.sign_in(f"{who}@vard.example", PASSWORD).token for who in town.keys}
    matcha.warm_up()
    return town


def _opened(home: Path) -> Matcha:
    encoder, shelf, reference = HashingEncoder(), FolderShelf(home / "indexes"), FolderReference(home / "indexes")
    store = Store.open(f"sqlite:///{home}/matcha.db")
    return _with_cheap_passwords(Matcha(store, shelf, lambda: encoder, reference, FolderKeeper(home / "matchlog")))


def _keep(town: Town, file: Path) -> None:
    names = ("keys", "key_ids", "accounts", "invitation", "ids")
    file.write_text(json.dumps({name: getattr(town, name) for name in names}), "utf-8")


def _crowd() -> Batch:
    """Give profiles of four sentences of the demo's, no two of them copies, and the demo's needs in turn."""
    offered, needed = (json.loads((DEMO / f"{noun}.json").read_text("utf-8"))[noun] for noun in ("profiles", "needs"))
    kinds, said = cycle(ActorKind), [f"{one}." for row in offered for one in row["text"].split(". ")]

    def drawn(n: int) -> list[str]:
        return random.Random(n).sample(said, 4)

    return Batch(
        actors=tuple(
            ActorForm(id=f"a{n}", name=f"Aktör {n} (demo)", kind=kind)
            for n, kind in zip(range(PROFILES), kinds, strict=False)
        ),
        profiles=tuple(
            ProfileForm(id=f"p{n}", actor_id=f"a{n}", title=f"{row['title']} {n}", text=" ".join(drawn(n)))
            for n, row in enumerate(islice(cycle(offered), PROFILES))
        ),
        needs=tuple(
            NeedForm(**{**row, "id": f"b{n}", "title": f"{row['title']} {n}"[:200]})
            for n, row in enumerate(islice(cycle(needed), NEEDS))
        ),
    )

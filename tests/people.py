"""Accounts to test with: a clock that is set, hashing that is cheap and counted, and an app of nothing but accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace

from argon2 import PasswordHasher
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import StaticPool, create_engine

from matcha.api import failure
from matcha.api.caller import TheCaller, caller
from matcha.api.routes import accounts as account_routes
from matcha.api.routes import sessions as session_routes
from matcha.callers import AccountRole, Caller
from matcha.matchlog.entry import Salt
from matcha.matchlog.keys import MemoryKeeper
from matcha.records.account import AccountForm
from matcha.service.accounts import Accounts
from matcha.service.logbook import Logbook
from matcha.service.passwords import Passwords
from matcha.store import Store
from matcha.store.database import _listen

PASSWORD = "gröna tåg över sundet"
OTHER_PASSWORD = "blåa moln under bordet"
HOST = "https://matcha.example"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


class CountingHasher(PasswordHasher):
    """A cheap hasher that remembers what it was asked to do."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.calls: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.calls.append("hash")
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.calls.append("verify")
        return super().verify(hash, password)


class People:
    """Accounts over a store of their own, with everything that decides about them in reach."""

    def __init__(self, store: Store | None = None, salt: Salt = secrets.token_bytes) -> None:
        self.store = store or _in_memory()
        self.clock = Clock()
        self.hasher = CountingHasher()
        self.logbook = Logbook(self.store, MemoryKeeper(), self.clock)
        self.accounts = Accounts(self.logbook, self.store, self.clock, salt, Passwords(self.hasher))

    def add(self, name: str, *roles: AccountRole, password: str | None = PASSWORD, actor_id: str | None = None) -> str:
        """Make an account with a password, and give its id. The address is name@vard.example."""
        given = roles or (AccountRole.COORDINATOR,)
        form = AccountForm(name=f"{name} Prov", email=f"{name}@vard.example", roles=list(given), actor_id=actor_id)
        invited = self.accounts.add(form)
        if password is not None:
            assert invited.token is not None
            self.accounts.set_password(invited.token, password)
        return invited.account.id

    def caller(self, id: str) -> Caller:
        account = self.accounts.account(id)
        return Caller(id, account.role_set, account.actor_id, account.name)

    def app(self) -> FastAPI:
        """Give an app of nothing but accounts, with one route that changes something."""
        app = FastAPI(dependencies=[Depends(caller)])  # as the whole API asks at every route
        app.state.matcha, app.state.trial = SimpleNamespace(accounts=self.accounts), False
        router = APIRouter(prefix="/v1")

        @router.api_route("/thing", methods=["GET", "HEAD", "POST", "PATCH", "DELETE"], include_in_schema=False)
        def thing(caller: TheCaller) -> dict[str, object]:
            return {"account_id": caller.account_id, "roles": sorted(caller.roles)}

        for each in (router, session_routes.router, account_routes.router):
            app.include_router(each)
        failure.install(app)
        return app

    def client(self) -> TestClient:
        return TestClient(self.app(), base_url=HOST, follow_redirects=False)


def _in_memory() -> Store:
    """Give an empty database in memory, copied from one that the migrations have made."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _listen(engine, wal=False)
    with engine.connect() as connection:
        connection.connection.driver_connection.deserialize(_empty())  # type: ignore[union-attr]
    return Store(engine)


@cache
def _empty() -> bytes:
    store = Store.in_memory()
    with store.engine.connect() as connection:
        content: bytes = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]
    store.close()
    return content


def both(work: Callable[[], object], other: Callable[[], object]) -> list[object]:
    """Do two things at once, and give what each gave or raised."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    start = Barrier(2)

    def tried(one: Callable[[], object]) -> object:
        start.wait()
        try:
            return one()
        except Exception as error:  # noqa: BLE001  (it is what the test looks at)
            return error

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(tried, (work, other)))

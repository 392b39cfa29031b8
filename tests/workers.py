"""Workers in processes of their own, and who asks in the tests of jobs; light, for each process imports it anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from matcha.callers import AccountRole, Caller
from matcha.service.jobs import Jobs
from matcha.service.worker import Worker
from tests.writers import system_in

ANNA = Caller("acc-anna", frozenset({AccountRole.COORDINATOR}))
BO = Caller("acc-bo", frozenset({AccountRole.ORGANISER}))
LEASE = timedelta(seconds=1)


def known(account_id: str) -> Caller:
    return {"acc-anna": ANNA, "acc-bo": BO}[account_id]


def work(home: Path, url: str) -> None:
    """Work until there is nothing left to do."""
    Worker(Jobs(system_in(home, url), lease=LEASE), known).run_until_idle()

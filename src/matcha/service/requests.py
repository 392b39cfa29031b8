"""What people ask of those who run matcha, and what is done about it: kept until it is settled, never logged."""

from __future__ import annotations

from sqlmodel import col, select

from matcha.callers import Caller
from matcha.errors import Conflict, NotFound
from matcha.records.request import Request, RequestForm
from matcha.service.hosting import Hosting


class Requests(Hosting):
    """Requests about erasure, accessibility and privacy."""

    def ask_operator(self, form: RequestForm, caller: Caller) -> Request:
        """Keep what somebody asks until it is settled; of a caller with an account, by which account and actor."""
        said = form.model_dump()
        with self.logbook.writing() as writing:
            row = Request(**said, account_id=caller.account_id, actor_id=caller.actor_id, made=writing.now)
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)

    def requests(self, account_id: str | None = None) -> list[Request]:
        """Give what has been asked (by an account), in the order in which it came."""
        query = select(Request).order_by(col(Request.id))
        if account_id is not None:
            query = query.where(col(Request.account_id) == account_id)
        with self._store.reading() as session:
            return list(session.exec(query))

    def settle_request(self, number: int, outcome: str, caller: Caller) -> Request:
        """Say what was done about a request, and delete what was written in it.

        Raises NotFound for an unknown one, Conflict for one that is settled. `caller` may be anyone here: the API lets
        administrators alone do it.
        """
        with self.logbook.writing() as writing:
            row = writing.session.get(Request, number) if number < 2**31 else None
            if row is None:
                raise NotFound(f"Begäran {number} finns inte.", f"Request {number} does not exist.")
            if row.done is not None:
                raise Conflict(f"Begäran {number} är redan avslutad.", f"Request {number} is settled already.")
            row.text = row.page = row.email = None
            row.done, row.outcome = writing.now, outcome
            return writing.done(row)

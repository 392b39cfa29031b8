"""The operations of requests. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.requests import Received, Request, RequestKind
from matcha.client.replies import Page
from matcha.client.sending import Sender


class RequestsOperations(Sender):
    """A method for each operation of requests."""

    def ask_operator(
        self,
        *,
        kind: RequestKind,
        text: str,
        page: str | None = None,
        email: str | None = None,
        idempotency_key: str | None = None,
    ) -> Received:
        """Ask those who run matcha.

        Ask that something be erased or made accessible, or what is known of you. It is kept until it is settled.
        """
        return self._send(
            Call(
                "POST",
                "/v1/requests",
                Received,
                body=given(kind=kind, text=text, page=page, email=email),
                once=idempotency_key or new_key(),
            )
        )

    def list_requests(self, *, limit: int = 100, cursor: str | None = None) -> Page[Request]:
        """What has been asked.

        What has been asked, in the order in which it came, settled or not.
        """
        return self._send(Call("GET", "/v1/requests", Page[Request], query=given(limit=limit, cursor=cursor)))

    def settle_request(self, number: int, *, outcome: str, idempotency_key: str | None = None) -> Received:
        """Say what was done.

        Say what was done about a request. What was written in it is deleted; what was done is kept.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/requests/{part(number)}/settlement",
                Received,
                body=given(outcome=outcome),
                once=idempotency_key or new_key(),
            )
        )

"""The operations of feeds. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given
from matcha.client.sending import Sender


class FeedsOperations(Sender):
    """A method for each operation of feeds."""

    def feed_needs(self, *, q: str | None = None, care_setting: str | None = None) -> str:
        """Needs, as an Atom feed.

        The needs that are public, at most 200, the last changed first. It is the same for everybody.
        """
        return self._send(Call("GET", "/v1/feeds/needs.atom", str, query=given(q=q, care_setting=care_setting)))

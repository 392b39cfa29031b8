"""The operations of log. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given, part
from matcha.client.models.log import Audit, Consistency, Entry, EntryPage, Keys, Kind, Replay
from matcha.client.sending import Sender


class LogOperations(Sender):
    """A method for each operation of log."""

    def get_checkpoint(self) -> str:
        """The log as it stands, signed.

        The signed checkpoint (c2sp.org/tlog-checkpoint). Keep it where the operator cannot change it.
        """
        return self._send(Call("GET", "/v1/log/checkpoint", str))

    def get_log_keys(self) -> Keys:
        """The log's public keys.

        What checkpoints and receipts are verified with.
        """
        return self._send(Call("GET", "/v1/log/keys", Keys))

    def list_entries(self, *, start: int = 0, limit: int = 100, kind: Kind | None = None) -> EntryPage:
        """Entries of the log.

        Entries from an index on. Whoever has them all can work out every checkpoint.
        """
        return self._send(Call("GET", "/v1/log/entries", EntryPage, query=given(start=start, limit=limit, kind=kind)))

    def get_entry(self, leaf_index: int) -> Entry:
        """An entry of the log.

        One entry.
        """
        return self._send(Call("GET", f"/v1/log/entries/{part(leaf_index)}", Entry))

    def get_proof(self, leaf_index: int) -> str:
        """That an entry is in the log.

        The proof that an entry is in the log as it stands, with its body (c2sp.org/tlog-proof).
        """
        return self._send(Call("GET", f"/v1/log/entries/{part(leaf_index)}/proof", str))

    def get_receipt(self, leaf_index: int) -> str:
        """The receipt of an answer.

        The same with the salts beside the entry: who has the answer can show that it is the one logged.
        """
        return self._send(Call("GET", f"/v1/log/entries/{part(leaf_index)}/receipt", str))

    def replay(self, leaf_index: int) -> Replay:
        """Make a match again.

        Make a logged match or explanation again from what the log keeps, and compare it byte by byte.
        """
        return self._send(Call("GET", f"/v1/log/entries/{part(leaf_index)}/replay", Replay))

    def get_consistency(self, *, old: int, new: int | None = None) -> Consistency:
        """That the log has only grown.

        The proof that the log of size `old` is the beginning of the one of size `new`.
        """
        return self._send(Call("GET", "/v1/log/consistency", Consistency, query=given(old=old, new=new)))

    def audit(self) -> Audit:
        """Work the whole log out anew.

        Work out the log anew and compare every row it vouches for with it. Takes time: seconds for 100,000 entries.
        """
        return self._send(Call("GET", "/v1/log/audit", Audit))

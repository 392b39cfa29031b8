"""The operations of session. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from types import NoneType

from matcha.client.calls import Call, given
from matcha.client.models.session import Session
from matcha.client.sending import Sender


class SessionOperations(Sender):
    """A method for each operation of session."""

    def show_session(self) -> Session:
        """Who am I.

        Say who the caller is, and the token that a page must send with what it changes.
        """
        return self._send(Call("GET", "/v1/session", Session))

    def sign_in(self, *, email: str, password: str) -> Session:
        """Sign in.

        Open a session by e-mail address and password. Its token comes in a cookie that only this host gets.

        A session that the caller had before is closed. A wrong address and a wrong password get the same answer.
        """
        return self._send(Call("POST", "/v1/session", Session, body=given(email=email, password=password)))

    def sign_out(self) -> None:
        """Sign out.

        Close the session, and make the browser forget it. Without a session that still holds, nothing is closed.
        """
        return self._send(Call("DELETE", "/v1/session", NoneType))

    def set_password(self, *, token: str, password: str) -> None:
        """Set a password.

        Set the password of the account that a link was given for. The link works once; all sessions are closed.
        """
        return self._send(Call("POST", "/v1/passwords", NoneType, body=given(token=token, password=password)))

"""`/v1/accounts`, `/v1/keys`: who may do what, and the programs that speak for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, Field

from matcha.api.at import Asked
from matcha.api.caller import By, TheAccounts, TheCaller, known_by
from matcha.api.paging import Cursor, Limit, Page, page
from matcha.callers import AccountRole, Caller
from matcha.errors import Forbidden, Invalid, Unauthenticated
from matcha.records.account import Account, AccountChange, AccountForm, ApiKey, KeyForm
from matcha.service.accounts import Invited
from matcha.service.api_keys import Issued

router = APIRouter(prefix="/v1", tags=["accounts"])

AccountId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The account's id.")]
KeyId = Annotated[str, Path(pattern=r"^[0-9a-z]{1,16}$", description="The key's id: the part after `matcha_`.")]
IfMatch = Annotated[str | None, Header(max_length=100, description="The ETag of the account as it was read.")]


class AccountView(BaseModel):
    """An account, without anything secret."""

    id: str = Field(description="The random id that everything else knows the account by.")
    name: str
    email: str | None = Field(description="Null once the account is erased.")
    roles: list[AccountRole]
    actor_id: str | None = Field(description="The actor that a supplier speaks for.")
    active: bool = Field(description="Whether it can be used.")
    has_password: bool
    has_oidc: bool = Field(description="Whether it is tied to somebody at the OpenID provider.")
    invited_until: datetime | None = Field(description="Until when the account's latest link can be used, if unused.")
    created: datetime
    changed: datetime

    @classmethod
    def of(cls, account: Account) -> AccountView:
        """Show an account."""
        kept = {name: getattr(account, name) for name in cls.model_fields if not name.startswith("has_")}
        known = {"has_password": account.password_hash is not None, "has_oidc": account.oidc_subject is not None}
        return cls(**kept, **known)


class PersonView(BaseModel):
    """Who an account is."""

    id: str
    name: str
    active: bool


class InvitedView(BaseModel):
    """An account and the token of its invitation."""

    account: AccountView
    token: str | None = Field(
        description="Sets a password once, within 72 hours, by POST /v1/passwords. Shown in this answer only: null in "
        "the answer to the same request sent again."
    )

    @classmethod
    def of(cls, invited: Invited) -> InvitedView:
        """Show an invitation."""
        return cls(account=AccountView.of(invited.account), token=invited.token)


class KeyView(BaseModel):
    """An API key, without its secret."""

    id: str
    name: str
    roles: list[AccountRole]
    made: datetime
    expires: datetime
    last_used: datetime | None = Field(description="To the hour.")
    revoked: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyView:
        """Show a key."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields})


class IssuedView(BaseModel):
    """A key and its whole text."""

    key: KeyView
    text: str | None = Field(
        description="The whole key, for `Authorization: Bearer`. Shown in this answer only: null in the answer to the "
        "same request sent again."
    )

    @classmethod
    def of(cls, issued: Issued) -> IssuedView:
        """Show a key that was just issued."""
        return cls(key=KeyView.of(issued.key), text=issued.text)


@router.get("/accounts", summary="List accounts", operation_id="list_accounts")
def list_accounts(accounts: TheAccounts, limit: Limit = 100, cursor: Cursor = None) -> Page[AccountView]:
    """Give every account, closed and erased ones too, by id."""
    found, following = page(accounts.accounts(), lambda account: account.id, limit, cursor)
    return Page[AccountView](items=[AccountView.of(account) for account in found], next=following)


@router.post("/accounts", summary="Make an account", operation_id="add_account", status_code=201)
def add_account(form: AccountForm, at: Asked, accounts: TheAccounts, response: Response) -> InvitedView:
    """Make an account and invite its owner. What it may do is logged; name and address are not."""
    found = InvitedView.model_validate(at.once(lambda: accounts.add(form, at.caller), InvitedView.of))
    response.headers["Location"] = f"/v1/accounts/{found.account.id}"
    response.headers["Cache-Control"] = "no-store"
    return found


@router.get("/accounts/{id}", summary="Show an account", operation_id="show_account")
def show_account(id: AccountId, accounts: TheAccounts, response: Response) -> AccountView:
    """Give one account."""
    account = accounts.account(id)
    _mark(response, account)
    return AccountView.of(account)


@router.patch("/accounts/{id}", summary="Change an account", operation_id="change_account")
def change_account(
    id: AccountId,
    form: AccountChange,
    at: Asked,
    accounts: TheAccounts,
    response: Response,
    if_match: IfMatch = None,
) -> AccountView:
    """Change what is given; the rest stays. Nobody changes their own roles, and one active administrator must be left.

    Closing an account ends its sessions and revokes its keys.
    """
    response.headers["Cache-Control"] = "no-store"
    found: AccountView = at.once(lambda: accounts.change(id, form, at.caller, _expected(if_match)), AccountView.of)
    return found


@router.post("/accounts/{id}/invitation", summary="Invite again", operation_id="invite_account", status_code=201)
def invite_account(id: AccountId, at: Asked, accounts: TheAccounts, response: Response) -> InvitedView:
    """Give a new link token; the one before it is no longer good. The password set before holds until it is used."""
    response.headers["Cache-Control"] = "no-store"
    found: InvitedView = at.once(lambda: accounts.invite(id, at.caller), InvitedView.of)
    return found


@router.delete("/accounts/{id}", summary="Erase an account", operation_id="erase_account")
def erase_account(id: AccountId, at: Asked, accounts: TheAccounts) -> AccountView:
    """Erase name, address and password (GDPR article 17), end the sessions and revoke the keys. The random id stays."""
    found: AccountView = at.once(lambda: accounts.erase(id, at.caller), AccountView.of)
    return found


@router.get("/people", summary="Who the accounts of staff are", operation_id="list_people")
def list_people(accounts: TheAccounts) -> list[PersonView]:
    """Tell the names behind the ids of staff, to whoever sees the process from the inside."""
    staff = (account for account in accounts.accounts() if AccountRole.SUPPLIER not in account.role_set)
    return [PersonView(id=account.id, name=account.name, active=account.active) for account in staff]


@router.get("/keys", summary="List my API keys", operation_id="list_keys")
def list_keys(caller: TheCaller, accounts: TheAccounts, limit: Limit = 100, cursor: Cursor = None) -> Page[KeyView]:
    """Give the caller's own keys, revoked and expired ones too, by id."""
    found, following = page(accounts.keys(_own(caller)), lambda key: key.id, limit, cursor)
    return Page[KeyView](items=[KeyView.of(key) for key in found], next=following)


@router.post("/keys", summary="Make an API key", operation_id="issue_key", status_code=201)
def issue_key(form: KeyForm, at: Asked, accounts: TheAccounts, response: Response) -> IssuedView:
    """Issue a key of the caller's own, with all of the account's roles or some. A key cannot make keys."""
    if known_by(at.request) is By.KEY:
        raise Forbidden(
            "En nyckel kan inte göra nycklar. Logga in och gör den där.",
            "A key cannot make keys. Sign in and make it there.",
        )
    response.headers["Cache-Control"] = "no-store"
    found: IssuedView = at.once(lambda: accounts.issue_key(_own(at.caller), form, at.caller), IssuedView.of)
    return found


@router.delete("/keys/{id}", summary="Revoke an API key", operation_id="revoke_key")
def revoke_key(id: KeyId, at: Asked, accounts: TheAccounts) -> KeyView:
    """Revoke a key of the caller's own; an administrator may revoke any."""
    found: KeyView = at.once(lambda: accounts.revoke_key(id, at.caller), KeyView.of)
    return found


def _own(caller: Caller) -> str:
    if caller.account_id is None:
        raise Unauthenticated("Logga in först.", "Sign in first.")
    return caller.account_id


def _mark(response: Response, account: Account) -> None:
    response.headers["ETag"] = f'"{account.leaf_index}"'
    response.headers["Cache-Control"] = "no-store"


def _expected(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    number = if_match.strip().strip('"')
    if not (number.isascii() and number.isdigit()):
        raise Invalid("If-Match ska vara en ETag som du har fått.", "If-Match must be an ETag that you were given.")
    return int(number)

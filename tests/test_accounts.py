"""Accounts and API keys: what they may do is logged, who they are is not, and no secret is kept anywhere."""

from __future__ import annotations

import json
import re
import secrets
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import SQLModel

from matcha.callers import AccountRole, Caller
from matcha.cli import accounts as commands
from matcha.config import Settings
from matcha.errors import Conflict, Forbidden, Invalid, MatchaError, NotFound, Stale, Unauthenticated
from matcha.matchlog.entry import Kind
from matcha.records import Answered
from matcha.records.account import Account, AccountChange, AccountForm, KeyForm
from matcha.service import tokens
from matcha.service.auditing_accounts import account_faults
from matcha.service.entrance import Identity
from matcha.service.logbook import KEEPING, entries
from matcha.service.passwords import Passwords, refuse_weak
from matcha.store import Store, log
from matcha.values import Language
from tests.people import OTHER_PASSWORD, PASSWORD, CountingHasher, People, both

ADMIN, COORDINATOR, ORGANISER, SUPPLIER, OFFICER = (
    AccountRole.ADMINISTRATOR,
    AccountRole.COORDINATOR,
    AccountRole.ORGANISER,
    AccountRole.SUPPLIER,
    AccountRole.PROCUREMENT_OFFICER,
)


@pytest.fixture
def people() -> Iterator[People]:
    made = People()
    yield made
    made.store.close()


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[People]:
    made = People(Store.open(f"sqlite:///{tmp_path / 'matcha.db'}"))
    yield made
    made.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[People]:
    """Accounts in a database that several reach at once."""
    where = f"sqlite:///{tmp_path / 'matcha.db'}"
    made = People(Store.open(where if request.param == "sqlite" else request.getfixturevalue("postgres_url")))
    yield made
    made.store.close()


def logged(people: People) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What each entry about an account says in the open, and what it seals."""
    with people.store.reading() as session:
        return [
            (dict(entry.said), {n: json.loads(o.value) for n, o in log.openings(session, index).items()})
            for index, entry in entries(session, Kind.ACCOUNT)
        ]


def faults(people: People) -> list[str]:
    with people.store.reading() as session:
        return [fault.en for fault in account_faults(session)]


# what is logged and what is kept


def test_what_an_account_may_do_is_logged_and_who_it_is_is_not(people: People) -> None:
    boss = people.add("asta", ADMIN)
    by = people.caller(boss)
    form = AccountForm(name="Bo Prov", email="bo@vard.example", roles=[SUPPLIER, COORDINATOR], actor_id="a-1")
    id = people.accounts.add(form, by).account.id
    people.accounts.change(id, AccountChange(roles=[SUPPLIER]), by)
    key = people.accounts.issue_key(id, KeyForm(name="bok"), by).key
    people.accounts.revoke_key(key.id, by)
    people.accounts.change(id, AccountChange(active=False), by)
    expires = int((people.clock() + timedelta(days=365)).timestamp())
    about_key = {"id": key.id, "account_id": id, "roles": ["supplier"], "expires": expires}
    who = {"id": id, "actor_id": "a-1", "active": True, "by": boss}
    assert logged(people)[1:] == [
        ({"what": "created"}, {"account": {**who, "roles": ["coordinator", "supplier"]}}),
        ({"what": "changed"}, {"account": {**who, "roles": ["supplier"]}}),
        ({"what": "key_issued"}, {"account": {**who, "roles": ["supplier"]}, "key": about_key}),
        ({"what": "key_revoked"}, {"account": {**who, "roles": ["supplier"]}, "key": about_key}),
        ({"what": "closed"}, {"account": {**who, "roles": ["supplier"], "active": False}}),
    ]
    assert logged(people)[0][1]["account"]["by"] == "operator"
    assert re.fullmatch(rf"konto-[{tokens.LETTERS}]{{16}}", id)


def test_no_password_token_or_key_is_kept_in_clear_and_no_name_is_in_the_log(on_disk: People, tmp_path: Path) -> None:
    invited = on_disk.accounts.add(AccountForm(name="Disa Prov", email="disa@vard.example", roles=[COORDINATOR]))
    assert invited.token
    on_disk.accounts.set_password(invited.token, PASSWORD)
    again = on_disk.accounts.invite(invited.account.id)
    opened = on_disk.accounts.sign_in("disa@vard.example", PASSWORD)
    issued = on_disk.accounts.issue_key(invited.account.id, KeyForm(name="till provet"))
    on_disk.accounts.session(opened.token)
    on_disk.accounts.key(issued.text or "")
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("matcha.db*")))
    secret = (issued.text or "").split("_")[2]
    for clear in (PASSWORD, invited.token, again.token, opened.token, issued.text, secret):
        assert clear
        assert clear.encode() not in kept, clear
    assert b"disa@vard.example" in kept  # so that the search above could have found something
    with on_disk.store.reading() as session:
        account = session.get(Account, invited.account.id)
        assert account is not None
        bodies = b"".join(bytes(row.body) for row in log.rows(session))
        beside = b"".join(opening.value for _, _, opening in log.all_openings(session))
    for told in ("Disa", "disa@vard", account.password_hash or "?", account.invitation or "?", "till provet"):
        assert told.encode() not in bodies + beside, told
    assert invited.account.id.encode() in beside
    for shown in (repr(invited), repr(opened), repr(issued)):
        for clear in (invited.token, opened.token, secret):
            assert clear not in shown


def test_what_an_idempotency_key_keeps_holds_no_secret(people: People) -> None:
    kept: list[Any] = []
    token = KEEPING.set(lambda _session, result: kept.append(result))
    try:
        invited = people.accounts.add(AccountForm(name="Eva Prov", email="eva@vard.example", roles=[COORDINATOR]))
        id = invited.account.id
        people.accounts.invite(id)
        issued = people.accounts.issue_key(id, KeyForm(name="n"))
        people.accounts.revoke_key(issued.key.id)
        people.accounts.change(id, AccountChange(name="Eva Nilsdotter Prov"))
        people.accounts.erase(id)
    finally:
        KEEPING.reset(token)
    assert [type(each).__name__ for each in kept] == ["Invited", "Invited", "Issued", "ApiKey", "Account", "Account"]
    assert [kept[0].token, kept[1].token, kept[2].text] == [None, None, None]


def test_erasing_leaves_the_random_id_alone(on_disk: People, tmp_path: Path) -> None:
    on_disk.add("asta", ADMIN)
    id = on_disk.add("fanny", COORDINATOR)
    opened = on_disk.accounts.sign_in("fanny@vard.example", PASSWORD)
    issued = on_disk.accounts.issue_key(id, KeyForm(name="Fannys skript"))
    people = on_disk
    people.accounts.invite(id)
    people.accounts.sign_in_known(Identity("https://op.example", "person-7", "fanny@vard.example"), "state")
    with people.store.transaction() as session:  # what the one who made the account was answered with
        told = b'{"account": {"email": "fanny@vard.example"}}'
        session.add(Answered(caller="konto-x", key="k", fingerprint="f", content=told, made=people.clock()))
    people.accounts.erase(id)
    row = people.accounts.account(id).model_dump()
    blank = ("email", "password_hash", "oidc_issuer", "oidc_subject", "invitation", "invited_until")
    assert [row[name] for name in blank] == [None] * 6
    assert (row["name"], row["active"], row["id"]) == ("[utgallrad / erased]", False, id)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("matcha.db*")))
    assert [told for told in (b"fanny", b"person-7") if told in kept.lower()] == []
    for refused in (
        lambda: people.accounts.session(opened.token),
        lambda: people.accounts.key(issued.text or ""),
        lambda: people.accounts.sign_in("fanny@vard.example", PASSWORD),
    ):
        with pytest.raises(Unauthenticated):
            refused()
    with pytest.raises(Conflict):
        people.accounts.erase(id)
    with pytest.raises(Conflict):
        people.accounts.change(id, AccountChange(active=True))
    with pytest.raises(Conflict):
        people.accounts.invite(id)
    assert faults(people) == []
    assert people.add("fanny", COORDINATOR) != id  # the address is free again


# what must hold of every account


def test_an_address_has_one_account_however_it_is_written(people: People) -> None:
    people.add("gun")
    with pytest.raises(Conflict, match="account already"):
        people.accounts.add(AccountForm(name="Gun", email=" GUN@Vard.Example", roles=[COORDINATOR]))
    other = people.add("hans")
    with pytest.raises(Conflict, match="account already"):
        people.accounts.change(other, AccountChange(email="Gun@vard.example"))
    assert people.accounts.sign_in("GUN@VARD.EXAMPLE", PASSWORD).account.name == "gun Prov"
    assert [account.email for account in people.accounts.accounts()].count("gun@vard.example") == 1


def test_a_supplier_speaks_for_an_actor_that_may_still_be_to_register(people: People) -> None:
    form = {"name": "Ida", "email": "ida@vard.example", "roles": ["supplier"]}
    with pytest.raises(Invalid):
        people.accounts.add(AccountForm.model_validate(form))
    id = people.accounts.add(AccountForm.model_validate({**form, "actor_id": "a-1"})).account.id
    with pytest.raises(Invalid):
        people.accounts.change(id, AccountChange(actor_id=None))
    assert people.accounts.account(id).actor_id == "a-1"
    assert people.accounts.change(id, AccountChange(name="Ida Å")).actor_id == "a-1"  # what is not given stays
    changed = people.accounts.change(id, AccountChange(roles=[COORDINATOR], actor_id=None))
    assert (changed.roles, changed.actor_id) == (["coordinator"], None)


@pytest.mark.parametrize(
    "given",
    [
        {"roles": []},
        {"roles": ["public"]},
        {"roles": ["owner"]},
        {"email": "ingen adress"},
        {"email": "a@b\x00"},
        {"name": ""},
        {"password": "x"},
    ],
)
def test_a_form_with_a_fault_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AccountForm.model_validate({"name": "Jan", "email": "jan@vard.example", "roles": ["coordinator"], **given})


def test_one_active_administrator_is_always_left(people: People) -> None:
    first, second = people.add("kaj", ADMIN, COORDINATOR), people.add("lo", ADMIN)
    people.accounts.close(second)
    tries: list[Callable[[], object]] = [
        partial(people.accounts.change, first, AccountChange(roles=[COORDINATOR])),
        partial(people.accounts.close, first),
        partial(people.accounts.erase, first),
    ]
    for refused in tries:
        with pytest.raises(Conflict, match="administrator"):
            refused()
    assert people.accounts.account(first).roles == ["administrator", "coordinator"]
    people.accounts.change(second, AccountChange(active=True))
    assert people.accounts.erase(first).active is False
    assert people.accounts.change(second, AccountChange(roles=[ADMIN, ORGANISER])).roles == [
        "administrator",
        "organiser",
    ]


def test_two_administrators_who_close_each_other_at_once_leave_one(shared: People) -> None:
    for round in range(5):
        ids = [shared.add(f"m{round}{which}", ADMIN) for which in "ab"]
        for account in shared.accounts.accounts():
            if account.active and account.id not in ids:
                shared.accounts.close(account.id)
        found = both(partial(shared.accounts.close, ids[0]), partial(shared.accounts.erase, ids[1]))
        assert [isinstance(each, Conflict) for each in found].count(True) == 1, found
        assert sum(account.active for account in shared.accounts.accounts()) == 1


def test_nobody_changes_what_they_may_do_themselves(people: People) -> None:
    id = people.add("nils", ADMIN)
    people.add("olga", ADMIN)
    by, size = people.caller(id), len(logged(people))
    for change in ({"roles": [ADMIN, OFFICER]}, {"roles": [COORDINATOR]}, {"active": False}):
        with pytest.raises(Forbidden):
            people.accounts.change(id, AccountChange(**change), by)
    with pytest.raises(Forbidden):
        people.accounts.change(id, AccountChange(actor_id="a-2"), by)
    assert (people.accounts.account(id).roles, len(logged(people))) == (["administrator"], size)
    assert people.accounts.change(id, AccountChange(name="Nils Ny", roles=[ADMIN]), by).name == "Nils Ny"


def test_a_change_of_what_has_changed_meanwhile_is_stale(people: People) -> None:
    id = people.add("petra")
    seen = people.accounts.account(id).leaf_index
    people.accounts.change(id, AccountChange(name="Petra A"), expected=seen)
    with pytest.raises(Stale):
        people.accounts.change(id, AccountChange(name="Petra B"), expected=seen)
    assert people.accounts.account(id).name == "Petra A"


def test_a_closed_account_lets_nobody_in_and_does_not_come_back_by_itself(people: People) -> None:
    id = people.add("rut")
    opened, issued = (
        people.accounts.sign_in("rut@vard.example", PASSWORD),
        people.accounts.issue_key(id, KeyForm(name="n")),
    )
    invited = people.accounts.invite(id)
    people.accounts.close(id)
    people.accounts.change(id, AccountChange(active=True))
    tries = [partial(people.accounts.session, opened.token), partial(people.accounts.key, issued.text or "")]
    for refused in tries:
        with pytest.raises(Unauthenticated):
            refused()
    with pytest.raises(Invalid):
        people.accounts.set_password(invited.token or "", OTHER_PASSWORD)
    assert people.accounts.sign_in("rut@vard.example", PASSWORD).account.id == id
    assert faults(people) == []


def test_a_closed_account_lets_nobody_in_by_what_is_still_open(people: People) -> None:
    id = people.add("siv")
    opened, issued = (
        people.accounts.sign_in("siv@vard.example", PASSWORD),
        people.accounts.issue_key(id, KeyForm(name="n")),
    )
    with people.store.transaction() as session:
        session.execute(text("UPDATE account SET active = 0"))
    with pytest.raises(Unauthenticated):
        people.accounts.session(opened.token)
    with pytest.raises(Unauthenticated):
        people.accounts.key(issued.text or "")


# API keys


def test_a_key_is_written_so_that_a_slip_of_the_pen_is_seen_without_the_database() -> None:
    key = tokens.new_key(secrets.token_bytes)
    text_ = str(key)
    letters = tokens.LETTERS
    assert re.fullmatch(rf"matcha_[{letters}]{{10}}_[{letters}]{{52}}_[{letters}]{{7}}", text_)
    assert tokens.read_key(text_) == key
    assert len({str(tokens.new_key(secrets.token_bytes)) for _ in range(100)}) == 100
    wrong = [
        text_[:at] + other + text_[at + 1 :] for at in range(len(text_)) for other in "0z_ÅA" if other != text_[at]
    ]
    wrong += [text_ + "\n", text_[:-1], text_.upper(), text_[1:], "", "matcha___", f" {text_}"]
    wrong += [
        text_[:at] + text_[at + 1] + text_[at] + text_[at + 2 :] for at in range(20, 60) if text_[at] != text_[at + 1]
    ]
    assert [each for each in wrong if tokens.read_key(each) is not None] == []
    assert key.secret not in repr(key)


def test_all_of_a_secret_s_256_bits_are_in_the_key() -> None:
    whole = tokens.new_key(lambda size: b"\xff" * size)
    assert [tokens.LETTERS.index(c) for c in whole.secret] == [1] + [31] * 51  # 2²⁵⁶ − 1 in base 32
    assert whole.id == "z" * 10
    assert tokens.pseudonym(lambda size: b"\x00" * size) == "konto-" + "0" * 16


def test_a_key_speaks_for_its_account_with_the_roles_that_both_have(people: People) -> None:
    id = people.add("sara", COORDINATOR, ORGANISER)
    whole = people.accounts.issue_key(id, KeyForm(name="allt")).text or ""
    narrow = people.accounts.issue_key(id, KeyForm(name="lite", roles=[ORGANISER])).text or ""
    assert people.accounts.key(whole) == Caller(id, frozenset({COORDINATOR, ORGANISER}), None, "sara Prov")
    assert people.accounts.key(narrow).roles == {ORGANISER}
    with pytest.raises(Invalid, match="administrator"):
        people.accounts.issue_key(id, KeyForm(name="mer", roles=[ORGANISER, ADMIN]))
    people.accounts.change(id, AccountChange(roles=[COORDINATOR, OFFICER]))
    assert people.accounts.key(whole).roles == {COORDINATOR}  # a role that was given later is not the key's
    with pytest.raises(Unauthenticated):
        people.accounts.key(narrow)


def test_a_key_with_the_id_of_another_is_refused(people: People) -> None:
    one, other = people.add("tor", ADMIN), people.add("ulla", COORDINATOR)
    texts = [people.accounts.issue_key(id, KeyForm(name="n")).text or "" for id in (one, other)]
    given = [tokens.read_key(text) for text in texts]
    assert all(given)
    keys = [key for key in given if key]
    for id, secret in ((keys[0].id, keys[1].secret), (keys[1].id, keys[0].secret), ("0" * 10, keys[0].secret)):
        mixed = str(tokens.KeyText(id, secret))
        assert tokens.read_key(mixed)  # its checksum is right: only the database knows better
        with pytest.raises(Unauthenticated):
            people.accounts.key(mixed)
    assert [people.accounts.key(text).account_id for text in texts] == [one, other]


def test_an_expired_and_a_revoked_key_are_refused(people: People) -> None:
    id = people.add("vera")
    short = people.accounts.issue_key(id, KeyForm(name="en dag", days=1)).text or ""
    default = people.accounts.issue_key(id, KeyForm(name="ett år"))
    assert default.key.expires - people.clock() == timedelta(days=365)
    people.clock.move(days=1, microseconds=-1)
    assert people.accounts.key(short).account_id == id
    people.clock.move(microseconds=1)
    with pytest.raises(Unauthenticated):
        people.accounts.key(short)
    people.accounts.revoke_key(default.key.id, people.caller(id))
    with pytest.raises(Unauthenticated):
        people.accounts.key(default.text or "")
    with pytest.raises(Conflict):
        people.accounts.revoke_key(default.key.id, people.caller(id))
    for days in (0, 731):
        with pytest.raises(ValidationError):
            KeyForm(name="n", days=days)


def test_only_its_owner_and_an_administrator_revoke_a_key(people: People) -> None:
    owner, other, boss = people.add("wil"), people.add("xara"), people.add("yrsa", ADMIN)
    keys = [people.accounts.issue_key(owner, KeyForm(name="n")).key.id for _ in range(2)]
    with pytest.raises(NotFound):
        people.accounts.revoke_key(keys[0], people.caller(other))
    people.accounts.revoke_key(keys[0], people.caller(owner))
    people.accounts.revoke_key(keys[1], people.caller(boss))
    assert [key.revoked is not None for key in people.accounts.keys(owner)] == [True, True]


def test_the_last_use_of_a_key_is_written_once_an_hour(people: People) -> None:
    id, began = people.add("zeb"), people.clock()
    key = people.accounts.issue_key(id, KeyForm(name="n")).text or ""
    used = []
    for minutes in (0, 30, 29, 1, 59, 1):
        people.clock.move(minutes=minutes)
        people.accounts.key(key)
        last = people.accounts.keys(id)[0].last_used
        assert last is not None
        used.append((last - began) // timedelta(minutes=1))
    assert used == [0, 0, 0, 60, 60, 120]


# passwords


@pytest.mark.parametrize(
    "weak",
    [
        "kort",
        "elva tecken",
        "a" * 257,
        "aaaaaaaaaaaaaaaa",
        "121212121212",
        "1234567890123",
        "2026-03-01 12:00",
        "password1234",
        "Lösenord2026!",
        "passwordpassword",
        "Sommar sommar 2026",
        "qwertyuiop[]",
        "correcthorsebatterystaple",
        "jag heter åsa-lisa ok",
        "x asa.ek@vard.example",
        "asa.ek och hennes katt",
        "ＰＡＳＳＷＯＲＤ１２３４",
    ],
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(Invalid):
        refuse_weak(weak, "Åsa-Lisa Ek", "asa.ek@vard.example")


@pytest.mark.parametrize(
    "good", [PASSWORD, OTHER_PASSWORD, "tolv tecken!", "𝄞 noter i natten", "x" + string.ascii_letters]
)
def test_other_passwords_are_taken(good: str) -> None:
    refuse_weak(good, "Åsa-Lisa Ek", "asa.ek@vard.example")


def test_a_password_fits_however_a_keyboard_composes_its_letters() -> None:
    passwords = Passwords(CountingHasher())
    kept = passwords.hashed("gröna tåg över sundet")
    assert passwords.fits(kept, "gro\u0308na ta\u030ag o\u0308ver sundet")
    assert not passwords.fits(kept, "grona tag over sundet")
    assert not passwords.fits("no hash", PASSWORD)


def test_the_real_parameters_are_those_of_rfc_9106() -> None:
    passwords = Passwords()
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(kept, PASSWORD)
    assert passwords.renewed(kept, PASSWORD) is None
    assert not passwords.fits(None, PASSWORD)


def test_a_hash_of_other_parameters_is_renewed_when_its_password_is_given(people: People) -> None:
    id = people.add("åke")
    before = people.accounts.account(id).password_hash
    people.accounts._passwords = Passwords(CountingHasher(time_cost=2))
    with pytest.raises(Unauthenticated):
        people.accounts.sign_in("åke@vard.example", OTHER_PASSWORD)
    assert people.accounts.account(id).password_hash == before
    people.accounts.sign_in("åke@vard.example", PASSWORD)
    after = people.accounts.account(id).password_hash or ""
    assert ",t=2," in after
    people.accounts.sign_in("åke@vard.example", PASSWORD)
    assert people.accounts.account(id).password_hash == after


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(people: People) -> None:
    people.add("ärla")
    closed, unset = people.add("östen"), people.add("örjan", password=None)
    people.accounts.close(closed)
    known = people.accounts.add(AccountForm(name="Oid", email="oid@vard.example", roles=[COORDINATOR]))
    people.accounts.sign_in_known(Identity("https://op.example", "1", "oid@vard.example"), "s")
    assert (unset, known.account.id) != ("", "")
    told = set()
    for name in ("ärla", "nobody", "östen", "örjan", "oid"):
        people.hasher.calls.clear()
        with pytest.raises(Unauthenticated) as raised:
            people.accounts.sign_in(f"{name}@vard.example", OTHER_PASSWORD)
        told.add((raised.value.sv, raised.value.en, tuple(people.hasher.calls)))
    people.hasher.calls.clear()
    with pytest.raises(Unauthenticated) as raised:
        people.accounts.sign_in("östen@vard.example", PASSWORD)  # the right one, of a closed account
    told.add((raised.value.sv, raised.value.en, tuple(people.hasher.calls)))
    assert [each[2] for each in told] == [("verify",)]


def test_the_hash_that_nobody_has_costs_what_a_real_one_does() -> None:
    hasher = CountingHasher(time_cost=3)
    real, nobodys = hasher.hash(PASSWORD), Passwords(hasher)._nobodys
    assert [part.split(",") for part in nobodys.split("$")[1:4]] == [part.split(",") for part in real.split("$")[1:4]]
    assert list(map(len, nobodys.split("$"))) == list(map(len, real.split("$")))
    with pytest.raises(Exception, match="does not match"):
        hasher.verify(nobodys, PASSWORD)


# links


def test_a_link_works_once_and_for_72_hours(people: People) -> None:
    invited = people.accounts.add(AccountForm(name="Anja Prov", email="anja@vard.example", roles=[COORDINATOR]))
    link = invited.token or ""
    with pytest.raises(Invalid, match="common"):
        people.accounts.set_password(link, "password1234")  # the link stays good
    people.clock.move(hours=72, microseconds=-1)
    people.accounts.set_password(link, PASSWORD)
    with pytest.raises(Invalid, match="no longer good"):
        people.accounts.set_password(link, OTHER_PASSWORD)
    late = people.accounts.invite(invited.account.id).token or ""
    people.clock.move(hours=72)
    for bad in (late, "", "0" * 64, tokens.digest(late)):
        with pytest.raises(Invalid, match="no longer good"):
            people.accounts.set_password(bad, OTHER_PASSWORD)
    first, second = (people.accounts.invite(invited.account.id).token or "" for _ in range(2))
    with pytest.raises(Invalid):
        people.accounts.set_password(first, OTHER_PASSWORD)  # the newest link alone is good
    people.accounts.set_password(second, OTHER_PASSWORD)
    assert people.accounts.sign_in("anja@vard.example", OTHER_PASSWORD)


def test_of_two_who_use_a_link_at_once_one_wins(shared: People) -> None:
    accounts = shared.accounts
    for round in range(5):
        id = shared.add(f"par{round}", password=None)
        link = accounts.invite(id).token or ""
        words = (PASSWORD, OTHER_PASSWORD)
        found = both(*(partial(accounts.set_password, link, word) for word in words))
        assert sorted(type(each).__name__ for each in found) == ["Invalid", "NoneType"], found
        won = words[found.index(None)]
        assert accounts.sign_in(f"par{round}@vard.example", won).account.id == id
        with pytest.raises(Unauthenticated):
            accounts.sign_in(f"par{round}@vard.example", words[1 - found.index(None)])


# audit


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("UPDATE account SET roles = '[\"administrator\"]' WHERE email = 'bror@vard.example'", "altered"),
        ("UPDATE account SET active = 1 WHERE email = 'curt@vard.example'", "altered"),
        ("UPDATE account SET actor_id = 'a-9' WHERE email = 'bror@vard.example'", "altered"),
        ("UPDATE account SET leaf_index = 1 WHERE email = 'bror@vard.example'", "altered"),
        ("UPDATE api_key SET roles = '[\"administrator\"]' WHERE name = 'lever'", "altered"),
        ("UPDATE api_key SET expires = '2099-01-01 00:00:00.000000' WHERE name = 'lever'", "altered"),
        ("UPDATE api_key SET revoked = NULL WHERE name = 'återkallad'", "altered"),
        ("UPDATE api_key SET revoked = NULL WHERE name = 'stängd'", "altered"),
        ("DELETE FROM api_key WHERE name = 'återkallad'", "missing"),
        ("DELETE FROM account WHERE email = 'dan@vard.example'", "missing"),
        ("INSERT INTO api_key SELECT '0000000000', account_id, name, secret_hash, roles, made, expires, NULL, NULL"
         " FROM api_key WHERE name = 'lever'", "altered"),
        ("INSERT INTO account (id, name, roles, active, created, changed) VALUES"
         " ('konto-x', 'x', '[\"administrator\"]', 1, '2026-01-01', '2026-01-01')", "altered"),
    ],
)  # fmt: skip
def test_the_audit_sees_who_may_do_more_than_the_log_says(people: People, planted: str, found: str) -> None:
    bror, curt, _ = people.add("bror"), people.add("curt"), people.add("dan")
    people.accounts.issue_key(bror, KeyForm(name="lever"))
    people.accounts.revoke_key(people.accounts.issue_key(bror, KeyForm(name="återkallad")).key.id)
    people.accounts.issue_key(curt, KeyForm(name="stängd"))
    people.accounts.close(curt)
    assert faults(people) == []
    with people.store.transaction() as session:
        session.execute(text(planted))
    assert [fault.split()[-1] for fault in faults(people)] == [found]


def test_every_table_of_accounts_is_made_by_the_migration(people: People) -> None:
    with people.store.engine.connect() as connection:
        for name in ("account", "account_session", "api_key"):
            columns = {row[1] for row in connection.execute(text(f"PRAGMA table_info({name})"))}
            assert columns == {column.name for column in SQLModel.metadata.tables[name].columns}


def test_errors_say_what_to_do_in_both_languages(people: People) -> None:
    for wrong in (
        lambda: people.accounts.account("konto-0"),
        lambda: people.accounts.session("x"),
        lambda: people.accounts.key("matcha_x"),
    ):
        with pytest.raises(MatchaError) as raised:
            wrong()
        assert raised.value.sv != raised.value.en


# the command line


@dataclass
class Line:
    """What a command finds in its context, with accounts in memory."""

    matcha: Any
    settings: Settings


Run = Callable[..., str]


@pytest.fixture
def run(people: People, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `matcha accounts …` in Swedish, and give what it prints."""
    app = typer.Typer()

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = Line(SimpleNamespace(accounts=people.accounts), Settings())

    commands.register(app)

    def ran(*arguments: str) -> str:
        app(["accounts", *arguments], standalone_mode=False)
        return capsys.readouterr().out

    return ran


def test_the_first_administrator_is_made_at_the_command_line(people: People, run: Run) -> None:
    assert "matcha accounts add" in run("list")
    said = run("add", "--name", "Asta Prov", "--email", "Asta@vard.example", "--role", "administrator")
    id, token = people.accounts.accounts()[0].id, said.splitlines()[-1]
    assert id in said
    people.accounts.set_password(token, PASSWORD)
    assert people.accounts.sign_in("asta@vard.example", PASSWORD).account.roles == ["administrator"]
    assert run("list").split("  ") == [id, "öppet", "administrator", "Asta Prov", "asta@vard.example\n"]


def test_accounts_are_listed_closed_and_given_keys_at_the_command_line(people: People, run: Run) -> None:
    arguments = ("--name", "Bo", "--email", "bo@vard.example", "--actor", "a-1")
    run("add", *arguments, "--role", "supplier", "--role", "coordinator")
    (account,) = json.loads(run("list", "--json"))
    assert {name: account[name] for name in ("name", "email", "roles", "actor_id", "active")} == {
        "name": "Bo",
        "email": "bo@vard.example",
        "roles": ["coordinator", "supplier"],
        "actor_id": "a-1",
        "active": True,
    }
    key = run("key", account["id"], "--name", "n", "--role", "supplier", "--days", "2").splitlines()[-1]
    assert people.accounts.key(key).roles == {SUPPLIER}
    assert people.accounts.keys(account["id"])[0].expires - people.clock() == timedelta(days=2)
    assert "stängt" in run("close", account["id"])
    with pytest.raises(Unauthenticated):
        people.accounts.key(key)
    for bad in (("add", *arguments, "--role", "public"), ("key", account["id"], "--name", "n", "--days", "731")):
        with pytest.raises(Invalid):
            run(*bad)


def test_both_languages_have_the_same_words() -> None:
    assert list(commands.WORDS) == list(Language)
    assert list(commands.WORDS[Language.SV]) == list(commands.WORDS[Language.EN])

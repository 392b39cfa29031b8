"""Demo accounts: one for each role, never among real ones. Trying goes on, but pages take nobody for staff."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matcha import Matcha, Settings
from matcha.api import create_app
from matcha.api.trying import TRIAL
from matcha.callers import AccountRole
from matcha.errors import Conflict, Unauthenticated
from matcha.records.account import AccountForm
from matcha.service import demo
from matcha.web import create_site
from tests.conftest import Cli

ROLES = [role for role in AccountRole if role is not AccountRole.PUBLIC]
HERE = ("127.0.0.1", 50_000)


def test_each_role_has_an_account_that_opens_with_the_password(matcha: Matcha) -> None:
    made = demo.make(matcha)
    assert list(made.emails) == sorted(ROLES, key=list(made.emails).index)
    assert set(made.emails) == set(ROLES)
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", made.password)
    for role, email in made.emails.items():
        assert email.endswith("@demo.invalid")
        caller = matcha.accounts.session(matcha.accounts.sign_in(email, made.password).token)
        assert caller.roles - {AccountRole.PUBLIC} == {role}
        assert "(demo)" in caller.name
        assert caller.actor_id == ("aktor-a01" if role is AccountRole.SUPPLIER else None)


def test_again_the_password_is_new_and_a_closed_account_open(matcha: Matcha) -> None:
    before = demo.make(matcha)
    ids = {account.id for account in matcha.accounts.accounts()}
    supplier = next(a for a in matcha.accounts.accounts() if AccountRole.SUPPLIER in a.role_set)
    matcha.accounts.close(supplier.id)
    after = demo.make(matcha)
    assert {account.id for account in matcha.accounts.accounts()} == ids
    assert after.password != before.password
    matcha.accounts.sign_in(after.emails[AccountRole.SUPPLIER], after.password)
    with pytest.raises(Unauthenticated):
        matcha.accounts.sign_in(after.emails[AccountRole.COORDINATOR], before.password)


@pytest.mark.parametrize("email", ["kim@example.org", "kim@demo.invalid", "kim@demo.invalid.example.org"])
def test_among_other_accounts_there_are_none(matcha: Matcha, email: str) -> None:
    demo.make(matcha)
    kim = matcha.accounts.add(AccountForm(name="Kim Prov", email=email, roles=[AccountRole.ORGANISER])).account
    for _ in range(2):
        assert demo.others_exist(matcha)
        assert not demo.only(matcha)
        with pytest.raises(Conflict, match="no demo system any more"):
            demo.make(matcha)
        if kim.email:
            kim = matcha.accounts.erase(kim.id)  # somebody was here all the same


def asking(matcha: Matcha, pages: bool = False) -> TestClient:
    app = (create_site if pages else create_app)(matcha, trial=True)
    return TestClient(app, base_url="http://127.0.0.1", client=HERE, follow_redirects=False)


def test_programs_may_try_on_but_pages_ask_people_to_sign_in(matcha: Matcha) -> None:
    pages = asking(matcha, pages=True)
    assert pages.get("/granskning").status_code == 200  # nobody has an account: whoever is here may try
    made = demo.make(matcha)
    assert asking(matcha).get("/v1/session").json()["account_id"] == TRIAL.account_id
    assert pages.post("/v1/matches", json={"text": "Bättre handhygien"}).status_code == 200
    asked = pages.get("/granskning")
    assert (asked.status_code, asked.headers["location"]) == (303, "/logga-in?till=/granskning")
    door = pages.get("/logga-in")
    assert all(email in door.text for email in made.emails.values())
    assert "data/demokonton.txt" in door.text
    assert made.password not in door.text


def test_addresses_are_told_only_to_somebody_at_the_machine(matcha: Matcha) -> None:
    demo.make(matcha)
    pages = asking(matcha, pages=True)
    assert "@demo.invalid" not in pages.get("/logga-in", headers={"x-forwarded-for": "192.0.2.7"}).text
    away = TestClient(create_site(matcha, trial=True), base_url="http://127.0.0.1", client=("192.0.2.7", 1))
    assert "@demo.invalid" not in away.get("/logga-in").text
    kept = TestClient(create_site(matcha), base_url="http://127.0.0.1", client=HERE)
    assert "@demo.invalid" not in kept.get("/logga-in").text


def test_with_a_real_account_trying_is_over(matcha: Matcha) -> None:
    demo.make(matcha)
    api = asking(matcha)
    form = AccountForm(name="Kim Prov", email="kim@example.org", roles=[AccountRole.COORDINATOR])
    matcha.accounts.add(form)
    assert api.get("/v1/session").json()["account_id"] is None
    assert "@demo.invalid" not in asking(matcha, pages=True).get("/logga-in").text


def test_the_command_tells_and_keeps_the_password(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "home" / "data" / "demokonton.txt"
    passwords = set()
    for _ in range(2):
        done = cli("accounts", "demo")
        assert done.returncode == 0, done.stderr
        told = file.read_text("utf-8")
        assert told in done.stdout.decode()
        assert all(email in told for email in demo.emails().values())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        passwords.add(told.split()[-1])
        with_it = Matcha.open(Settings(home=tmp_path / "home"))
        with_it.accounts.sign_in(demo.emails()[AccountRole.COORDINATOR], told.split()[-1])
        with_it.close()
    assert len(passwords) == 2


def test_the_command_refuses_a_system_that_is_in_use(cli: Cli, tmp_path: Path) -> None:
    cli("accounts", "add", "--name", "Kim Prov", "--email", "kim@example.org", "--role", "administrator")
    done = cli("accounts", "demo")
    assert done.returncode != 0
    assert "inget demosystem längre" in re.sub(r"\s+", " ", done.stderr.decode())
    assert not (tmp_path / "home" / "data" / "demokonton.txt").exists()

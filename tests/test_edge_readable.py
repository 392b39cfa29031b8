"""What the edge refuses, as people read it who came by a browser to a page; programs get JSON as before."""

from __future__ import annotations

import base64
import hashlib
import re

from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api.edge import Edge, Kind, Plan
from matcha.store.rates import Rate
from matcha.web import create_site

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def crowded(matcha: Matcha) -> TestClient:
    """A site where every kind of request is let through once."""
    once = Plan(rates={kind: Rate(1, 1e-4) for kind in Kind})
    return TestClient(create_site(matcha, edge=Edge(plan=once)), "http://127.0.0.1")


def test_a_browser_is_told_in_a_page_that_it_asks_too_often(matcha: Matcha) -> None:
    client = crowded(matcha)
    assert client.get("/logga-in", headers=BROWSER).status_code == 200
    refused = client.get("/logga-in", headers=BROWSER)
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    assert int(refused.headers["retry-after"]) > 0
    assert '<html lang="sv">' in refused.text
    assert "<h1>Vänta en liten stund</h1>" in refused.text
    assert '<section lang="en"><h2>Wait a little while</h2>' in refused.text
    assert refused.headers["x-request-id"] in refused.text


def test_the_page_is_in_the_language_of_its_address(matcha: Matcha) -> None:
    client = crowded(matcha)
    client.get("/en/logga-in", headers=BROWSER)
    refused = client.get("/en/logga-in", headers=BROWSER)
    assert '<html lang="en">' in refused.text
    assert "<h1>Wait a little while</h1>" in refused.text
    assert '<a href="/en">Back to the start page</a>' in refused.text


def test_the_page_may_do_nothing_but_have_its_own_style(matcha: Matcha) -> None:
    client = crowded(matcha)
    client.get("/", headers=BROWSER)
    refused = client.get("/", headers=BROWSER)
    (style,) = re.findall("<style>(.*?)</style>", refused.text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = refused.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "<script" not in refused.text
    assert not re.search(r'(src|href)="(?!/)', refused.text)


def test_programs_are_answered_with_json_whatever_they_accept(matcha: Matcha) -> None:
    client = crowded(matcha)
    client.get("/v1/needs", headers=BROWSER)
    refused = client.get("/v1/needs", headers=BROWSER)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    client = crowded(matcha)
    client.get("/behov")
    refused = client.get("/behov", headers={"accept": "*/*"})
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")


def test_too_much_is_told_in_a_page(matcha: Matcha) -> None:
    client = TestClient(create_site(matcha), "http://127.0.0.1")
    sent = {**BROWSER, "content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1"}
    refused = client.post("/logga-in", content=b"email=" + b"a" * 400_000, headers=sent)
    assert refused.status_code == 413
    assert "<h1>Det är för stort</h1>" in refused.text

"""What docs/operating.md and deploy/ say is so: commands, settings, files, routes, counts, limits. The backup runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from benchmarks.measure_replicas import with_table

from matcha import HashingEncoder, Matcha, Settings
from matcha.api.access import ACCESS
from matcha.api.edge import RATES, Edge, Metrics
from matcha.callers import AccountRole
from matcha.cli.app import app
from matcha.interchange import bounds
from matcha.interchange.judging import LARGEST_ATTACHMENT
from matcha.matchlog.keys import FolderKeeper
from matcha.records.erasure import Erased, Ground
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service import jobs
from matcha.store import Store
from tests.conftest import ROOT, small_batch
from tests.test_docs import section

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
DEPLOY = ROOT / "deploy"
EVERYWHERE = {path: path.read_text("utf-8") for path in (ROOT / "docs" / "operating.md", *DEPLOY.iterdir())}
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.S))
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
HOME = Settings(home=Path("/var/lib/matcha"), database_url=None, log_folder=None)
COPIED = re.compile(r"^COPY ((?!--)\S.*) \./\S*$", re.M)
SPOKEN_OF = {"matcha_vectors", "matcha_limits"}  # a schema


def lines() -> Iterator[str]:
    """Give what is to be typed at a shell, a command a line."""
    for block in BLOCKS:
        yield from re.sub(r"\\\n\s*", "", block).splitlines()


def commands() -> set[str]:
    """Give each `matcha …` that is told, in the page and in deploy/."""
    told = {line.strip() for line in lines() if re.match(r"matcha [a-z]", line)}
    told |= {span for span in SPANS if span.startswith("matcha ")}
    told |= set(
        re.findall(r"(?:bin/|/var/lib/matcha )(matcha (?!serve --host 0)[a-z].*)", "\n".join([*lines(), *SPANS]))
    )
    run = r"^(?:ExecStart=|RUN MATCHA_HOME=\S+ )\S*/(matcha .*)$"
    told |= set(re.findall(run, "\n".join(EVERYWHERE.values()), re.M))
    (served,) = re.findall(r'^CMD \["(serve.*)"\]$', EVERYWHERE[DEPLOY / "Containerfile"], re.M)
    return told | {"matcha " + served.replace('", "', " ")}


def refusal(told: str) -> str | None:
    """Give what is wrong with a command, if it is no command of matcha with such options."""
    found: Any = typer.main.get_command(app)
    for word in shlex.split(told)[1:]:
        options = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
        inner = getattr(found, "commands", {})
        if word.startswith("--"):
            if word not in options:
                return f"{told}: no {word}"
        elif inner:
            if word not in inner:
                return f"{told}: no {word}"
            found = inner[word]
    return f"{told}: what of it?" if hasattr(found, "commands") else None


def test_every_command_that_is_told_exists() -> None:
    told = commands()
    assert len(told) > 30
    assert [wrong for command in sorted(told) if (wrong := refusal(command))] == []


def test_what_is_no_command_is_noticed() -> None:
    assert refusal("matcha database upgrade") is None
    assert refusal("matcha database upgarde")
    assert refusal("matcha backup FILE --with-keys")
    assert refusal("matcha database")


def test_the_figures_of_several_servers_are_the_measured_ones() -> None:
    assert with_table(PAGE) == PAGE


def test_every_setting_that_is_told_exists() -> None:
    told = {name for text in EVERYWHERE.values() for name in re.findall(r"\bMATCHA_([A-Z_]+)\b", text)}
    assert len(told) > 8
    assert {name.lower() for name in told} <= Settings.model_fields.keys()


def test_every_file_of_ours_that_is_told_exists() -> None:
    told = {span for span in SPANS if re.fullmatch(r"(?:deploy|docs|tests)/[\w./-]+|constraints\.txt", span)}
    told |= {word for line in lines() for word in line.split() if word.startswith("deploy/")}
    told |= set(re.findall(COPIED, EVERYWHERE[DEPLOY / "Containerfile"]))
    names = {name for some in told for name in some.split()}
    assert len(names) > 6
    assert [name for name in sorted(names) if not (ROOT / name).exists()] == []
    copied = {name for some in re.findall(COPIED, EVERYWHERE[DEPLOY / "Containerfile"]) for name in some.split()}
    assert {line[1:] for line in (ROOT / ".containerignore").read_text().split() if line[0] == "!"} == copied


def test_the_places_of_the_data_are_those_of_the_settings() -> None:
    known = {
        str(HOME.matchlog / "key"),
        str(HOME.models / HOME.model),
        str(HOME.indexes),
        str(HOME.home / "data" / "limits.db"),  # `Rates.beside`
        *(HOME.database.removeprefix("sqlite:///") + ending for ending in ("", "-wal", "-shm")),
    }
    assert set(re.findall(r"/var/lib/matcha[\w./-]*\w", PAGE)) == known


def test_every_route_role_and_ground_that_is_told_exists() -> None:
    routes = {tuple(span.split()) for span in SPANS if re.fullmatch(r"(?:GET|POST|PUT|DELETE) /\S+", span)}
    assert len(routes) > 5
    assert routes <= ACCESS.keys()
    assert [role for role in AccountRole if role is not AccountRole.PUBLIC and f"`{role}`" not in PAGE] == []
    assert [word for word in (*Erased, *Ground) if f"`{word}`" not in PAGE] == []


def test_every_count_that_is_told_is_counted() -> None:
    metrics = Metrics()
    metrics.watch_log(lambda: 1)
    names = {metric.name for metric in metrics.registry.collect()}
    told = {span.removesuffix("_total") for span in SPANS if span.startswith("matcha_")} - SPOKEN_OF
    assert told == names


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    rows = [line.strip("| ").split(" | ") for line in section(PAGE, "limits").splitlines()[2:]]
    assert rows == [[f"`{k}`", str(r.burst), f"{60 * r.per_second:.0f} a minute"] for k, r in RATES.items()]
    numbers = (Edge().body.size, Edge().upload.size, LARGEST_ATTACHMENT, bounds.MOST_ROWS, bounds.MOST_CELLS, jobs.MOST)
    limits = PAGE.split("## Limits")[1].split("\n## ")[0].replace("\n", " ")
    assert [number for number in numbers if f"{number:,}" not in limits] == []


def test_the_proxies_hand_on_what_sign_in_and_rate_limits_need() -> None:
    nginx = EVERYWHERE[DEPLOY / "nginx.conf"]
    for line in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr", 'Forwarded ""'):
        assert f"proxy_set_header {line};" in nginx
    assert nginx.count("access_log off;") == nginx.count("server {")
    (largest,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    assert int(largest) * 2**20 > Edge().upload.size
    (largest,) = re.findall(r"max_size (\d+)MB", EVERYWHERE[DEPLOY / "Caddyfile"])
    assert int(largest) * 10**6 > Edge().upload.size


def test_the_unit_leaves_what_the_server_needs() -> None:
    unit = EVERYWHERE[DEPLOY / "matcha.service"]
    said = dict(line.split("=", 1) for line in unit.splitlines() if re.match(r"[A-Z]\w+=", line))
    assert "MemoryDenyWriteExecute" not in said  # oneDNN writes machine code as it runs
    assert "@resources" not in said["SystemCallFilter"]  # the child that reads uploads limits itself
    assert said["ReadWritePaths"] == str(HOME.home)
    assert {said[name] for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome")} == {"yes"}


def test_the_backup_script_makes_a_backup_that_counts_and_a_checkpoint(tmp_path: Path) -> None:
    (script,) = (block for block in BLOCKS if "matcha backup" in block and "find" in block)
    home, kept, path = tmp_path / "home", tmp_path / "kept", tmp_path / "bin"
    settings = Settings(home=home)
    store, keeper = Store.open(f"sqlite:///{home / 'data' / 'matcha.db'}"), FolderKeeper(home / "data" / "matchlog")
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
    system.submit(small_batch())
    system.close()
    kept.mkdir()
    path.mkdir()
    installed = Path(sys.executable).with_name("matcha")
    (path / "matcha").write_text(f'#!/bin/sh\nexec {installed} --home {settings.home} "$@"\n')
    (path / "matcha").chmod(0o755)
    environment = {"PATH": f"{path}:/usr/bin:/bin", "MATCHA_MODEL": "none", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        ["sh", "-c", script, "backup", str(kept)], env=environment, capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    (backup,) = kept.glob("matcha-*.zip")
    (checkpoint,) = kept.glob("matcha-*.checkpoint")
    with zipfile.ZipFile(backup) as archive:
        assert archive.read("checkpoint").decode().splitlines()[:3] == checkpoint.read_text().splitlines()[:3]
        assert "key" not in archive.namelist()


@pytest.mark.parametrize("name", ["Containerfile", "matcha.service", "nginx.conf", "Caddyfile"])
def test_what_is_deployed_is_told_of(name: str) -> None:
    assert f"deploy/{name}" in PAGE

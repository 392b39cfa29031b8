"""Writes the files, from templates."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.generate_client.document import Document, Json

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "src" / "matcha" / "client"
GENERATED = ("models", "operations", "async_operations")


def write(document: Json, folder: Path = CLIENT) -> None:
    """Write every generated file into a folder, in place of those that were there."""
    for old in (file for kind in GENERATED for file in (folder / kind).glob("*.py")):
        old.unlink()
    found = Document(document)
    operations, classes = found.operations(), found.classes()
    homes = {one.name: file for file, some in classes.items() for one in some}
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  (it writes Python)
    )

    def put(path: str, template: str, **known: Any) -> None:
        text = templates.get_template(template).render(**known)
        text = text.replace("# IMPORTS\n", _imports(text, homes, Path(path).stem if "models" in path else ""))
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")

    for file, some in classes.items():
        put(f"models/{file}.py", "models.jinja", name=file, classes=some)
    put("models/__init__.py", "all_models.jinja", homes=homes)
    for kind, later in (("operations", False), ("async_operations", True)):
        for tag, each in operations.items():
            put(f"{kind}/{tag}.py", "operations.jinja", tag=tag, operations=each, later=later)
        put(f"{kind}/__init__.py", "all_operations.jinja", tags=sorted(operations), later=later)
    _tidy(folder)


def _tidy(folder: Path) -> None:
    """Take out unused imports, and set the files as all others are set."""
    settings = ["--quiet", "--config", str(HERE.parents[1] / "pyproject.toml")]
    files = [str(folder / name) for name in GENERATED]
    for command in (["check", "--select", "F401,I", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *settings, *files], check=True)


def _imports(text: str, homes: Mapping[str, str], own: str) -> str:
    words = set(re.findall(r"\w+", text))
    told = [(f"matcha.client.models.{home}", name) for name, home in homes.items() if home != own and name in words]
    return "".join(f"from {module} import {name}\n" for module, name in sorted(told))

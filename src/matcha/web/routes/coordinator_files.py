"""Lists as files to take away: CSV that no spreadsheet runs, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Response

from matcha.interchange.exporting import as_cell


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Give rows as a download: UTF-8 with its mark, which Excel wants, and every text inert (`inert.guarded`)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([as_cell(value) for value in row] for row in rows)
    return _download(f"{name}.csv", text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")


def json_file(name: str, told: Any) -> Response:
    """Give a value as a download."""
    content = json.dumps(told, ensure_ascii=False, indent=1, default=str).encode() + b"\n"
    return _download(f"{name}.json", content, "application/json")


def _download(name: str, content: bytes, media_type: str) -> Response:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{safe}"'})

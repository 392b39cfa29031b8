"""The neutrality report as JSON, the same from the command line and over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcha.neutrality.report import Finding, Report


def report_json(report: Report) -> dict[str, Any]:
    """Give a report as plain JSON values, its fields in the order in which they are declared.

    Moments are ISO 8601. Each finding also says how many comparisons were `tried` and whether it `holds` (null: not
    judged); its `figure` is null when nothing was tried.
    """
    plain: dict[str, Any] = _plain(asdict(report))
    return plain | {"findings": [_finding_json(finding) for finding in report.findings]}


def _finding_json(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(asdict(finding))
    figure = finding.figure if finding.tried else None  # JSON knows no NaN
    return plain | {"figure": figure, "tried": finding.tried, "holds": finding.holds}


def _plain(value: Any) -> Any:
    """Give lists for tuples, words for closed choices, text for moments."""
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return value.isoformat()
        case StrEnum():
            return value.value
    return value

"""Make the neutrality report of the demo data and put its table into README.

    python benchmarks/measure_neutrality.py HOME

HOME is a home into which the demo data has been imported. Writes `benchmarks/neutrality/demo.json`, which README's
table is made from. Some minutes on one core. `matcha neutrality report --html FILE` gives the same as a page.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matcha import Matcha, Settings
from matcha.interchange.neutrality import report_json
from matcha.neutrality.relation_words import RELATIONS
from matcha.neutrality.report import Relation
from matcha.values import Language

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "neutrality" / "demo.json"
START, END = "<!-- neutrality: made by benchmarks/measure_neutrality.py -->\n", "<!-- /neutrality -->\n"


def main(home: Path) -> None:
    matcha = Matcha.open(Settings(home=home, model=str(ROOT / "models" / "multilingual-e5-small")))
    report = matcha.neutrality_report(progress=lambda done, total: print(f"{done}/{total}", flush=True))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n", "utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")


def with_table(readme: str) -> str:
    """Give README with the table made anew from the result."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + table(json.loads(RESULT.read_text("utf-8"))) + END + after


def table(report: dict[str, Any]) -> str:
    """The findings, and then the exposure, as README has them."""
    lines = ["| what is changed | comparisons | figure | allowed | |", "|---|---|---|---|---|"]
    for finding in report["findings"]:
        words = RELATIONS[Language.EN][Relation(finding["relation"])]
        allowed = " to ".join(f"{bound:g}" for bound in (finding["least"], finding["most"]) if bound is not None)
        verdict = {
            True: "holds",
            False: "**does not hold**",
            None: "measured only" if finding["tried"] else "not tried",
        }
        figure = "–" if finding["figure"] is None else f"{finding['figure']:.2f}".removesuffix(".00")
        lines.append(
            f"| {words.what} | {finding['tried']:,} | {words.figure}: {figure} | {allowed or '–'} "
            f"| {verdict[finding['holds']]} |"
        )
    exposure = report["exposure"]
    lines += [
        "",
        f"When all {exposure['needs']} needs are asked and the first {exposure['k']} actors shown: Gini of the times "
        f"shown {exposure['gini']:.2f}, never shown {exposure['never_shown']:.0%} of the actors, the most "
        f"shown actor for {exposure['most_shown']:.0%} of the needs, hubness {exposure['hubness']:.2f}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What comes from others is what their packages hold, and says whose it is."""

import hashlib
import json
import re

from matcha.web.assets import FOLDER
from tests.conftest import ROOT

VENDOR = FOLDER / "vendor"
KNOWN = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def test_every_file_from_elsewhere_is_the_one_that_its_package_holds() -> None:
    told = {row["file"]: row["sha256"] for row in KNOWN}
    there = {file for file in VENDOR.iterdir() if file.name != "manifest.json"}
    assert told == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in there}


def test_each_package_lies_beside_its_licence_which_readme_names() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    packages = {(row["package"], row["version"], row["licence"]) for row in KNOWN}
    beside = {row["package"] for row in KNOWN if row["file"].endswith(".LICENSE")}
    assert beside == {package for package, _, _ in packages}
    for package, version, licence in packages:
        assert re.search(rf"{re.escape(package)} {re.escape(version)} \({re.escape(licence)}\)", readme), package

"""Files of other projects are those that the README beside them names, unchanged."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "api/static/vendor", ROOT / "tests/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_each_file_has_its_version_licence_and_checksum(folder: Path) -> None:
    table = (folder / "README.md").read_text()
    told = dict(re.findall(r"^\| `([^`]+)` \| [^|]+ \| [\d.]+ \| [^|]+ \| `([0-9a-f]{64})` \|$", table, re.M))
    held = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "README.md"
    }
    assert told == held
    assert held

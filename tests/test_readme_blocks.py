"""What the README says to type does what it says, typed as it stands: Quick start and API."""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from screener.lab.install import AsteriskInstall
from screener.lab.program import Program

pytestmark = pytest.mark.lab

ROOT = Path(__file__).parents[1]
TAGGED = "rang and showed 'CẢNH BÁO: không hiện số' 'anonymous'"
UNTAGGED = "rang and showed 'anonymous'"


def blocks(section: str) -> list[str]:
    """Return what a section of the README says to type, block by block."""
    text = (ROOT / "README.md").read_text().split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


class Reader:
    """Somebody with a checkout, who pastes. The port is another one, for 8080 may be in use here."""

    def __init__(self, folder: Path) -> None:
        self.service = Program(folder, {"CALL_SCREENER_LAB_STATE": str(folder / "lab")})
        (folder / ".venv").symlink_to(sys.prefix)

    def paste(self, block: str) -> str:
        """Return what the terminal shows; a command or a request that fails is an error."""
        strict = 'set -eu -o pipefail; curl() { command curl --fail-with-body "$@"; }\n'
        done = subprocess.run(
            ["bash", "-c", strict + block.replace(":8080/", f":{self.service.port}/")],
            cwd=self.service.folder,
            env=self.service.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def hint(output: str) -> str:
    """Return the test call that the service offers in its log."""
    found = re.search(r"INFO screener.serving:\s+(\S.* lab call .*)", output)
    assert found, output
    return found[1]


@pytest.fixture
def reader(tmp_path: Path, asterisk22: AsteriskInstall) -> Iterator[Reader]:
    """A checkout in which nothing is left running."""
    found = Reader(tmp_path / "check out")
    yield found
    found.service.kill()
    asyncio.run(found.service.command("lab", "down"))


def started(reader: Reader) -> None:
    """Start the service as `make run` does."""
    reader.service.start()
    asyncio.run(reader.service.up())


def test_quick_start_does_what_it_says(reader: Reader) -> None:
    make, first, more, _ = blocks("Quick start")
    assert make == "make run\n"
    assert "$(BIN)/call-screener run" in (ROOT / "Makefile").read_text()
    started(reader)
    assert "rang and showed 'CẢNH BÁO: giả danh' '02373725726'" in reader.paste(first)
    said = reader.paste(more)
    assert said.index(TAGGED) < said.index("warn (lookalike)") < said.index(UNTAGGED)
    assert "rang and showed" in reader.paste(hint(reader.service.said()))


def test_the_first_law_can_be_tried_as_told(reader: Reader) -> None:
    said = reader.paste(blocks("Quick start")[-1])
    assert said.count(" rang and showed ") == 3, said
    assert said.index(TAGGED) < said.index(UNTAGGED)
    assert said.count(UNTAGGED) == 2, said
    _, hanging, _ = (int(found) for found in re.findall(r"180 Ringing after (\d+) ms", said))
    assert hanging >= 300  # hold_ms
    assert shlex.split(hint(said))[0] == ".venv/bin/call-screener"
    assert said.rstrip().endswith("has stopped.")


def test_every_request_of_the_api_section_is_served(reader: Reader) -> None:
    (block,) = blocks("API")
    started(reader)
    said = reader.paste(block)
    assert "tự xưng thanh tra" in said
    assert '"02373725726"' in said
    assert "problem" not in said

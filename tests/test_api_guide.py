"""What the API guide says to type does what it says, typed as it stands."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from api_site import Site

pytest_plugins = ["api_fixtures"]

GUIDE = (Path(__file__).parents[1] / "docs/api.md").read_text()


@pytest.fixture
def said(site: Site, tmp_path: Path) -> str:
    """Everything that the terminal shows of all blocks, one after the other."""
    site.ring("02373725726")
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", "set -eu -o pipefail\n" + "echo\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "URL": site.url, "TOKEN": site.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_every_request_of_the_guide_is_answered_as_it_says(site: Site, said: str) -> None:
    problems = re.findall(r'"type": "urn:problem:call-screener:([a-z-]+)"', said)
    assert problems == ["changed-meanwhile", "invalid"], said
    assert "location: /api/v1/entries/1" in said
    assert '"note":"tự xưng thanh tra"' in said
    assert '"state":"done"' in said and "not a number" in said
    assert said.count("event: call") == 1, "only who names an id is told of what was before"
    assert [entry.pattern for entry in site.services.lists.entries().items] == ["0912000111", "0912??5678"]

"""What the wheel holds: exactly the three packages, and every file that they read."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "blocklist", "screener")
DIALPLAN = "screener/dialplan"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--quiet", "--wheel-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("call_screener-*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def _known_files(folder: str) -> set[str]:
    """The files of a folder that git knows or would take, below the repository's top."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: what belongs to the packages is not known")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_wheel_holds_exactly_the_three_packages(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    (information,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops == {*PACKAGES, information}


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel: zipfile.ZipFile) -> None:
    expected = {name for package in PACKAGES for name in _known_files(package)}
    expected |= {f"screener/{name}" for name in _known_files("dialplan")}
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == expected


@pytest.mark.parametrize(
    "pattern",
    [
        f"{DIALPLAN}/extensions_call_screener.conf",
        f"{DIALPLAN}/manager.conf",
        f"{DIALPLAN}/prompts/sequences.toml",
        f"{DIALPLAN}/prompts/audio/warn-lookalike-1.wav",
        f"{DIALPLAN}/prompts/audio/digit-9.wav",
        "api/templates/base.html",
        "api/static/window.js",
        "api/static/vendor/tabler.min.css",
        "api/locale/vi/LC_MESSAGES/messages.po",
        "screener/migrations/env.py",
        "screener/migrations/script.py.mako",
        "screener/migrations/versions/0001_tables.py",
        "screener/migrations/versions/0002_missed_ends.py",
        "screener/lab/scenarios/callers.xml",
        "blocklist/data/official_numbers.csv",
    ],
)
def test_the_wheel_holds_what_the_service_reads(wheel: zipfile.ZipFile, pattern: str) -> None:
    assert pattern in wheel.namelist()


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "call-screener = screener.cli:main" in wheel.read(name).decode()


def test_the_unpacked_wheel_finds_its_own_files(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    program = (
        "import api, blocklist, screener\n"
        "from screener.paths import dialplan_dir\n"
        "from screener.warning import read_phrases\n"
        "from blocklist.seed import packaged\n"
        "from api.app import STATIC\n"
        "assert len(read_phrases(dialplan_dir() / 'prompts/sequences.toml')) > 5\n"
        "assert len(list(packaged())) > 5\n"
        "assert (STATIC / 'window.js').is_file()\n"
        "print(dialplan_dir())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "site" / DIALPLAN)

"""The API keeps to its own description: schemathesis asks the running service whatever that allows, and does
not allow, and looks at every answer. ``--contract-seconds`` gives it more time than a run of CI has.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from api_site import Site

from blocklist.seed import seed
from screener.database import Database

pytest_plugins = ["api_fixtures"]

SETTINGS = """
[checks]
# Numbers, patterns and ends of entries have rules that no JSON schema can tell: they are refused with 422.
positive_data_acceptance.enabled = false
# 412 says that If-Match fits nothing, before the body is looked at.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422]
"""


def test_no_request_breaks_the_service_and_no_answer_breaks_its_description(
    site: Site, sqlite_database: Database, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    seed(sqlite_database.sessions)
    for number in ("0912345678", "02373725726", "anonymous"):
        site.ring(number, "CONG AN")
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "run", f"{site.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {site.token}"),
            *("--max-time", str(pytestconfig.getoption("--contract-seconds"))),
            *("--exclude-path", "/api/v1/events"),  # goes on for as long as it is read
            *("--max-examples", "10", "--seed", "1", "--continue-on-failure", "--warnings", "off"),
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with site.client() as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"].values()
    operations = sum(map(len, paths)) - 1
    assert f"Tested: {operations}\n" in done.stdout, done.stdout

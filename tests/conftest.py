"""What all tests share."""

import pytest
from hypothesis import settings

pytest_plugins = ["database_fixtures", "lab_fixtures", "link_rig"]

# A test that fails because the machine is slow tells nothing of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how long the API is held against its description."""
    parser.addoption(
        "--contract-seconds", type=int, default=45, help="how long schemathesis asks the API (default 45)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that wait for a real exchange: what comes last should be short."""
    slow = {item.path for item in items if item.get_closest_marker("lab")}
    items.sort(key=lambda item: item.path not in slow)

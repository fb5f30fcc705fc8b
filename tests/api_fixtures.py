"""The running API as a fixture; a module that wants it names this file in ``pytest_plugins``."""

from collections.abc import Iterator

import pytest
from api_site import Site, site_on

from screener.database import Database


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[Site]:
    """A running API on an empty database."""
    with site_on(sqlite_database) as site:
        yield site

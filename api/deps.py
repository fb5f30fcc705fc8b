"""What the API is handed, and how a request gets at it: the services, and who is asking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import Problem
from blocklist.exemptions import Exemptions
from blocklist.store import ListStore
from screener.api_tokens import ApiTokens
from screener.health import Health
from screener.import_jobs import ImportJobs
from screener.masking import masked
from screener.metrics import Metrics
from screener.policies import Policies
from screener.records import Records
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the API shows and changes. ``clock`` gives the time in UTC."""

    lists: ListStore
    exemptions: Exemptions
    imports: ImportJobs
    records: Records
    switch: EnforcingSwitch
    policies: Policies
    tokens: ApiTokens
    snapshots: Snapshots
    metrics: Metrics
    health: Callable[[], Health]
    clock: Callable[[], datetime]
    mask_numbers: bool = True
    """Log numbers with their last digits hidden."""
    trusts: Callable[[str, str], bool] = lambda pbx, trunk: False
    """Tells of PBX and trunk whether the identity that the network asserts there counts as the caller's."""

    def logged(self, number: str) -> str:
        """Return a number as it is written to the log."""
        return masked(number) if self.mask_numbers else repr(number)


async def services(request: Request) -> Services:
    """Return the services that ``create_app`` was given."""
    handed = request.app.state.services
    assert isinstance(handed, Services)
    return handed


Shared = Annotated[Services, Depends(services)]

_bearer = HTTPBearer(auto_error=False, description="A token made with `call-screener token create`.")


def client(
    shared: Shared, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """Return the name of the token that the request carries. Reads the database, so it runs in a thread."""
    if credentials is None:
        raise _unauthorised(
            "the request carries no token; send the header 'Authorization: Bearer TOKEN'",
            'Bearer realm="api"',
        )
    name = shared.tokens.verify(credentials.credentials)
    if name is None:
        raise _unauthorised(
            "the token is not known or was revoked; make a new one with 'call-screener token create'",
            'Bearer realm="api", error="invalid_token"',
        )
    return name


Client = Annotated[str, Depends(client)]


def _unauthorised(detail: str, challenge: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})

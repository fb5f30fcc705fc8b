"""What the API is handed, and how a request gets at it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Annotated

from fastapi import Depends, Request

from api.arrival import Reach
from blocklist.bulk import BulkChanges
from blocklist.exemptions import Exemptions
from blocklist.store import ListStore
from screener.about import About
from screener.access.accounts import Accounts
from screener.api_tokens import ApiTokens
from screener.audit.log import AuditLog
from screener.call_exports import CallExports
from screener.call_news import CallNews
from screener.call_notes import CallNotes
from screener.calling_back import CallingBack
from screener.foresight import CallsBefore
from screener.health import Health
from screener.import_jobs import ImportJobs
from screener.masking import masked
from screener.metrics import Metrics
from screener.policies import Policies
from screener.records import Records
from screener.reports import Reports
from screener.snapshots import Snapshots
from screener.switch import EnforcingSwitch
from screener.tally import Tally
from screener.undo import Undo


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the API shows and changes. ``clock`` gives the time in UTC."""

    lists: ListStore
    bulk: BulkChanges
    undo: Undo
    calls_before: CallsBefore
    exemptions: Exemptions
    imports: ImportJobs
    records: Records
    call_news: CallNews
    call_exports: CallExports
    tally: Tally
    switch: EnforcingSwitch
    policies: Policies
    tokens: ApiTokens
    accounts: Accounts
    audit: AuditLog
    reports: Reports
    call_notes: CallNotes
    snapshots: Snapshots
    metrics: Metrics
    health: Callable[[], Health]
    clock: Callable[[], datetime]
    calling_back: CallingBack
    about: About
    zone: tzinfo
    """The time zone of the page."""
    reach: Reach = field(default_factory=Reach)
    mask_numbers: bool = True
    """Log numbers with their last digits hidden."""
    trusts: Callable[[str, str], bool] = lambda pbx, trunk: False
    """Tells of PBX and trunk whether the identity that the network asserts there counts as the caller's."""

    def today(self) -> date:
        """Return the day that it is at the site."""
        return self.clock().astimezone(self.zone).date()

    def logged(self, number: str) -> str:
        """Return a number as it is written to the log."""
        return masked(number) if self.mask_numbers else repr(number)


async def services(request: Request) -> Services:
    """Return the services that ``create_app`` was given."""
    handed = request.app.state.services
    assert isinstance(handed, Services)
    return handed


Shared = Annotated[Services, Depends(services)]

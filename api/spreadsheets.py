"""Tables that are sent as they are read, for spreadsheets: CSV, in which none takes a cell for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from fastapi.responses import StreamingResponse

from blocklist.formulas import defused

CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {}}}}
"""What OpenAPI tells of a route that sends one."""


def csv_file(rows: Iterable[Sequence[str]], name: str) -> StreamingResponse:
    """Answer with a table as a file of a name."""
    return StreamingResponse(
        _csv(rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    yield "\N{BYTE ORDER MARK}"  # with it Excel takes the file for UTF-8
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()

"""What supervisors and Prometheus ask: does the process live, is it of use, what has it counted."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.asking import local_or_token
from api.deps import Shared
from screener.health import Health

router = APIRouter(tags=["probes"])


class Alive(BaseModel):
    """Said by a process whose event loop turns."""

    alive: bool = True


# HEAD is left out of the description: it is what HTTP has beside every GET (RFC 9110, section 9.3.2).
@router.head("/health/live", include_in_schema=False)
@router.get("/health/live", summary="Does the process live?")
async def live() -> Alive:
    """Answer 200 from the event loop itself: without one the process hangs and must be restarted."""
    return Alive()


@router.head("/health/ready", dependencies=[Depends(local_or_token)], include_in_schema=False)
@router.get(
    "/health/ready",
    dependencies=[Depends(local_or_token)],
    summary="Is the service of use?",
    responses={503: {"model": Health, "description": "Of no use; `causes` says why."}},
)
def ready(shared: Shared, response: Response) -> Health:
    """Answer 503 only where the service is of no use. The state of each PBX link is in the body."""
    health = shared.health()
    if not health.ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return health


@router.head("/metrics", dependencies=[Depends(local_or_token)], include_in_schema=False)
@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    dependencies=[Depends(local_or_token)],
)
def metrics(shared: Shared) -> Response:
    """Give all metrics of this process in Prometheus' text format."""
    return Response(generate_latest(shared.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

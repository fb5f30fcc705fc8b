"""The state of the installation: links, lists in memory, versions; and the settings in force."""

from fastapi import APIRouter

from api.asking import needs
from api.deps import Services, Shared
from api.schemas.system import ListsOut, SettingOut, SettingsOut, SizesOut, SystemOut, VersionsOut
from blocklist.entries import EntryKind
from screener.access.roles import Permission

router = APIRouter(tags=["system"])


@router.get("/system", summary="What is the state of the installation?")
def system(shared: Shared) -> SystemOut:
    """Tell of links, database, lists in memory and versions."""
    health = shared.health()
    return SystemOut(
        versions=VersionsOut.model_validate(shared.about.versions),
        lists=lists(shared, health.snapshot_age_seconds),
        health=health,
    )


@router.get(
    "/settings",
    summary="List the settings in force",
    dependencies=[needs(Permission.SEE_SETTINGS)],
)
def settings(shared: Shared) -> SettingsOut:
    """Give every setting with its value; they are changed in file and environment, and need a restart."""
    return SettingsOut(items=[SettingOut.model_validate(one) for one in shared.about.settings])


def lists(shared: Services, age: float | None) -> ListsOut:
    """Return the sizes of what is in memory."""
    snapshot = shared.snapshots.current
    sizes = snapshot.lists.sizes(shared.clock())
    return ListsOut(
        sizes=SizesOut(
            allow=sizes[EntryKind.ALLOW],
            block=sizes[EntryKind.BLOCK],
            watch=sizes[EntryKind.WATCH],
            official=len(snapshot.officials),
            exemptions=len(snapshot.exemptions),
        ),
        revision=snapshot.revision,
        age_seconds=age,
    )

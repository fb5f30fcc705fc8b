"""The running lab exchange as a PBX of the service."""

from typing import Final

from screener.lab.setup import LOOPBACK
from screener.lab.state import LabState
from screener.settings import PbxSettings, Settings

LAB: Final = "lab"
"""Name of the PBX that the lab exchange is."""


def with_lab(settings: Settings, lab: LabState) -> Settings:
    """Return the settings with the lab exchange as their one PBX, enforcing."""
    pbx = PbxSettings.model_validate(
        {
            "host": LOOPBACK,
            "port": lab.ports.ami,
            "username": lab.user,
            "secret": lab.secret,
            "doctor_secret": lab.doctor_secret,
            "enforce": True,
        }
    )
    return settings.model_copy(update={"pbx": {LAB: pbx}})

"""The option that names the settings file, as every command has it."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Settings file (TOML); else $CALL_SCREENER_CONFIG, else /etc/call-screener/settings.toml.",
    ),
]

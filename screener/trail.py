"""Who typed a command, and a line in the system's log about what it changed.

The service's own log has nothing of other processes, and a switch or a token is changed by hand as a rule.
"""

import contextlib
import getpass
import logging
import os
from logging.handlers import SysLogHandler
from pathlib import Path

SYSTEM_LOG = Path("/dev/log")
"""The socket of journald or syslogd; a container has none as a rule."""


def user() -> str:
    """Return the name of who types: behind sudo the one who called it."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user that has no name
        return f"uid {os.getuid()}"


def keep() -> None:
    """Send what this process logs to the system's log, where there is one, and nothing to the terminal."""
    handler: logging.Handler = logging.NullHandler()
    if SYSTEM_LOG.exists():
        with contextlib.suppress(OSError):  # nobody listens: the command is not to fail for it
            handler = SysLogHandler(str(SYSTEM_LOG), SysLogHandler.LOG_AUTH)
        handler.setFormatter(logging.Formatter(f"call-screener[{os.getpid()}]: %(message)s"))
    logger = logging.getLogger("screener")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

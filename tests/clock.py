"""A clock that goes when it is told to."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Clock:
    """Gives the time that it was set to."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **spent: float) -> None:
        """Let time pass, as ``timedelta`` names it."""
        self.time += timedelta(**spent)

"""A peer that plays Asterisk's manager, on a real socket: it does as told, also what no Asterisk would do."""

import asyncio
import ssl
from dataclasses import dataclass, field

from screener.lab.setup import LOOPBACK

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
USER = "call-screener"
SECRET = "a secret of tests"


@dataclass
class Play:
    """How the peer behaves; it may be changed while it runs."""

    banner: bytes = BANNER
    refuses_login: bool = False
    booted_after: float | None = 0.0
    """Seconds from the login until FullyBooted; None is never."""
    silent: bool = False
    """Takes actions and answers none."""
    echoes: bool = True
    """Sends UserEvent actions back as events."""
    refuses: set[str] = field(default_factory=set)
    """Actions answered with an error."""
    globals: dict[str, str] = field(default_factory=dict)


class FakeManager:
    """The peer; use it as ``async with FakeManager(Play()) as peer``."""

    def __init__(self, play: Play | None = None, context: ssl.SSLContext | None = None) -> None:
        self.play = play or Play()
        self.port = 0
        self.logins = 0
        self.actions: list[dict[str, str]] = []
        """What the peer was asked, the headers of each action."""
        self._context = context
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "FakeManager":
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    def say(self, data: bytes) -> None:
        """Send bytes as they are to whoever is connected."""
        for writer in self._writers:
            writer.write(data)

    def hang_up(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        self._writers.add(writer)
        try:
            writer.write(self.play.banner)
            while True:
                frame = await reader.readuntil(b"\r\n\r\n")
                lines = frame.decode().strip("\r\n").split("\r\n")
                pairs = (line.partition(": ") for line in lines)
                action = {name: value for name, _, value in pairs}
                self.actions.append(action)
                if not self.play.silent:
                    await self._answer(action, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            self._handlers.discard(task)
            writer.transport.abort()

    async def _answer(self, action: dict[str, str], writer: asyncio.StreamWriter) -> None:
        play, name = self.play, action["Action"]
        if name == "Login":
            wrong = (action["Username"], action["Secret"]) != (USER, SECRET)
            if wrong or play.refuses_login:
                self._respond(writer, action, "Error", "Message: Authentication failed")
                return
            self.logins += 1
            self._respond(writer, action, "Success", "Message: Authentication accepted")
            if play.booted_after is not None:
                loop = asyncio.get_running_loop()
                booted = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
                loop.call_later(play.booted_after, writer.write, booted)
        elif name in play.refuses:
            self._respond(writer, action, "Error", "Message: Permission denied")
        elif name == "Getvar":
            value = play.globals.get(action["Variable"], "")
            self._respond(writer, action, "Success", f"Variable: {action['Variable']}\r\nValue: {value}")
        elif name == "Setvar":
            play.globals[action["Variable"]] = action["Value"]
            self._respond(writer, action, "Success", "Message: Variable Set")
        elif name == "UserEvent":
            self._respond(writer, action, "Success", "Message: Event Sent")
            if play.echoes:
                headers = "".join(f"{key}: {value}\r\n" for key, value in action.items() if key != "Action")
                writer.write(f"Event: UserEvent\r\nPrivilege: user,all\r\n{headers}\r\n".encode())
        else:
            self._respond(writer, action, "Success", "Ping: Pong")

    def _respond(
        self, writer: asyncio.StreamWriter, action: dict[str, str], response: str, rest: str
    ) -> None:
        action_id = f"ActionID: {action['ActionID']}\r\n" if "ActionID" in action else ""
        writer.write(f"Response: {response}\r\n{action_id}{rest}\r\n\r\n".encode())

"""What a lab exchange is: its trunks, addresses, ports, accounts and what it leaves out."""

import secrets
import socket
from dataclasses import dataclass, field
from enum import StrEnum

LOOPBACK = "127.0.0.1"
PHONES_ADDRESS = "127.0.0.3"

SCREENER_USER = "call-screener"
DOCTOR_USER = "call-screener-doctor"
LAB_USER = "lab"
"""The accounts: the service's and the doctor's with the rights of the sample manager.conf, and one of
the lab's own that may do and see everything."""


class Trunk(StrEnum):
    """The ways into the exchange. A trunk is known by the source address of its calls."""

    CARRIER = "carrier"
    PLAIN = "plain"
    ASTDB = "astdb"
    UNTRUSTING = "untrusting"

    @property
    def address(self) -> str:
        return _ADDRESSES[self]


_ADDRESSES = {
    Trunk.CARRIER: "127.0.0.2",
    Trunk.PLAIN: "127.0.0.4",
    Trunk.ASTDB: "127.0.0.5",
    Trunk.UNTRUSTING: "127.0.0.6",
}


@dataclass(frozen=True, slots=True)
class Ports:
    """SIP and AMI on 127.0.0.1, the phones on their own address."""

    sip: int
    ami: int
    phones: int


def free_port(address: str, kind: socket.SocketKind, preferred: int = 0) -> int:
    """The preferred port of this address if nobody uses it, else any free one."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:  # a port that only waits for its last connection's end is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {address}")


def free_ports(sip: int = 0, ami: int = 0) -> Ports:
    """Ports that are free now, these ones where possible; several exchanges can run side by side.

    The phones' port is held during calls only, so it follows the SIP port, which is held all along.
    """
    sip = free_port(LOOPBACK, socket.SOCK_DGRAM, sip)
    return Ports(
        sip=sip,
        ami=free_port(LOOPBACK, socket.SOCK_STREAM, ami),
        phones=free_port(PHONES_ADDRESS, socket.SOCK_DGRAM, min(sip + 2, 65535)),
    )


@dataclass(frozen=True, slots=True)
class Setup:
    """What one exchange listens on and what it leaves out.

    `screening` decides whether our dialplan file is included, `noload` names modules to leave out
    (`app_stack.so`), `dialplan` is further text for extensions.conf, `manager` further lines for
    manager.conf's general section and `accounts` further accounts there.
    """

    ports: Ports = field(default_factory=free_ports)
    secret: str = field(default_factory=secrets.token_hex, repr=False)
    doctor_secret: str = field(default_factory=secrets.token_hex, repr=False)
    lab_secret: str = field(default_factory=secrets.token_hex, repr=False)
    screening: bool = True
    noload: tuple[str, ...] = ()
    dialplan: str = ""
    manager: str = ""
    accounts: str = ""
    verbose: int = 3
    rtp_ports: tuple[int, int] = (20000, 29999)

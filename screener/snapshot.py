"""All that a decision needs, in memory and immutable. A new snapshot replaces the old one as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from blocklist.entries import ExemptCaller, Place
from blocklist.lists import Lists
from blocklist.lookalike import Lookalikes
from blocklist.names import Names
from blocklist.site import NOWHERE, Site
from screener.policy import DEFAULT_POLICY, Policy


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Lists, registry, site and policy at one moment.

    ``own_forwards`` are national numbers that may forward a call of an own number back to the site;
    ``exempt`` are called extensions that are never screened, ``exemptions`` numbers that may come over one
    trunk. ``enforcing`` is the one switch for all.
    """

    revision: int = 0
    lists: Lists = field(default_factory=Lists)
    officials: Lookalikes = field(default_factory=lambda: Lookalikes(()))
    site: Site = NOWHERE
    own_forwards: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    exemptions: Mapping[Place, ExemptCaller] = field(default_factory=dict)
    names: Names = field(default_factory=lambda: Names(()))
    policy: Policy = DEFAULT_POLICY
    enforcing: bool = True

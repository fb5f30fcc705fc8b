"""Counters and histograms of screening, each with its meaning. Labels come from closed sets only."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

_FAST = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0)
_HOLD = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # series that nobody asks for
        self.registry = CollectorRegistry()
        self.since = datetime.now(UTC)
        """From when on is counted."""
        registry = self.registry
        self.decisions = Counter(
            "call_screener_decisions_total",
            "Verdicts on calls, whether enforced or not.",
            ["action", "rule", "pbx"],
            registry=registry,
        )
        self.acted = Counter(
            "call_screener_calls_total",
            "What the exchange says it did with the calls.",
            ["did", "pbx"],
            registry=registry,
        )
        self.decision_seconds = Histogram(
            "call_screener_decision_seconds",
            "From the arrival of a request until the verdict was handed to the link.",
            ["pbx"],
            buckets=_FAST,
            registry=registry,
        )
        self.hold_seconds = Histogram(
            "call_screener_hold_seconds",
            "From the exchange's request until its report, as the listener saw them arrive.",
            ["pbx"],
            buckets=_HOLD,
            registry=registry,
        )
        self.let_through = Counter(
            "call_screener_let_through_total",
            "Calls let through because something failed.",
            ["cause", "pbx"],
            registry=registry,
        )
        self.late = Counter(
            "call_screener_verdicts_late_total",
            "Verdicts that reached the exchange after its hold limit.",
            ["pbx"],
            registry=registry,
        )
        self.link_up = Gauge(
            "call_screener_link_up",
            "1 while the PBX is logged in to, booted and sending events.",
            ["pbx"],
            registry=registry,
        )
        self.reconnects = Counter(
            "call_screener_link_lost_total",
            "Links to the PBX that ended or could not be made.",
            ["pbx", "cause"],
            registry=registry,
        )
        self.frames = Counter(
            "call_screener_frames_refused_total",
            "Frames of the AMI stream not taken as they came: malformed, forged, dropped or without token.",
            ["pbx", "why"],
            registry=registry,
        )
        self.behaviour_blocks = Counter(
            "call_screener_behaviour_blocks_total",
            "Callers put on the block list for some time by a rule of behaviour.",
            ["rule"],
            registry=registry,
        )
        self.list_size = Gauge(
            "call_screener_list_entries", "Entries in force, by list.", ["list"], registry=registry
        )
        self.snapshot_time = Gauge(
            "call_screener_lists_checked_timestamp_seconds",
            "When the lists in memory were last known to equal the database.",
            registry=registry,
        )
        self.enforcing = Gauge(
            "call_screener_enforcing",
            "1 while verdicts are enforced, 0 while the switch is off.",
            registry=registry,
        )
        self.journal_lag = Gauge(
            "call_screener_journal_lag_seconds",
            "Age of the oldest journal line that is not in the database yet.",
            registry=registry,
        )
        self.journal_failures = Counter(
            "call_screener_journal_failures_total",
            "Lines that could not be written to the journal or to the database.",
            ["stage"],
            registry=registry,
        )

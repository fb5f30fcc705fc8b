"""What is deployed with the service: example settings, systemd unit, Prometheus rules."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from screener import settings_file
from screener.metrics import Metrics
from screener.settings import PREFIX, PbxSettings, Settings, SiteSettings, TrunkSettings

DEPLOY = Path(__file__).parents[1] / "deploy"
EXAMPLE = DEPLOY / "settings.example.toml"
UNIT = DEPLOY / "call-screener.service"
ALERTS = DEPLOY / "alerts.yml"
NO_DEFAULT = {"host", "secret"}
EMPTY_MEANS_NONE = {
    "call_back_context",
    "audit_key_file",
    "doctor_secret",
    "policy_file",
    "tls_ca",
    "tls_certificate",
    "tls_key",
}


def _tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not optional here: install the Debian package {package}")
        pytest.skip(f"{name} is missing: install the Debian package {package}")
    return found


def _run(*command: str, folder: Path = DEPLOY) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr.strip()


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def test_the_example_asks_for_a_secret_and_loads_with_one(tmp_path: Path) -> None:
    with pytest.raises(settings_file.SettingsError) as stopped:
        settings_file.load(EXAMPLE)
    assert [problem.split(": ")[1:3] for problem in stopped.value.problems] == [
        [
            "pbx.default.secret",
            "is still the sample's, which anybody can read; put a long random one here and "
            "in the PBX's manager.conf ('openssl rand -hex 24' makes one), then 'manager reload' there",
        ]
    ]
    path = tmp_path / "settings.toml"
    path.write_text(EXAMPLE.read_text().replace("CHANGE-ME", "8f2a"))
    loaded = settings_file.load(path)
    assert loaded.pbx["default"].host == "127.0.0.1"
    assert not loaded.pbx["default"].enforce


def test_the_example_names_every_setting_with_its_default() -> None:
    shown = tomllib.loads(re.sub(r"^#(?=\[|\w+ = )", "", EXAMPLE.read_text(), flags=re.MULTILINE))
    pbx = shown["pbx"]["default"]
    trunk = pbx["trunks"]["carrier"]

    assert shown.keys() == Settings.model_fields.keys()
    assert shown["site"].keys() == SiteSettings.model_fields.keys()
    assert pbx.keys() == PbxSettings.model_fields.keys()
    assert trunk.keys() == TrunkSettings.model_fields.keys()

    tables: list[tuple[type[BaseModel], dict[str, object]]] = [
        (Settings, shown),
        (SiteSettings, shown["site"]),
        (PbxSettings, pbx),
    ]
    for model, values in tables:
        defaults = model.model_construct()
        for key, value in values.items():
            field = model.model_fields[key]
            if isinstance(value, dict) or (field.is_required() and key in NO_DEFAULT):
                continue
            if key in EMPTY_MEANS_NONE:
                assert (value, getattr(defaults, key)) == ("", None)
            else:
                assert _plain(getattr(defaults, key)) == value, key


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    analyse = _tool("systemd-analyze", "systemd")
    unit = tmp_path / UNIT.name
    command = re.compile(r"^ExecStart=\S+", re.MULTILINE)
    unit.write_text(command.sub("ExecStart=/usr/bin/env", UNIT.read_text()))
    _run(analyse, "verify", "--man=no", "--recursive-errors=no", str(unit), folder=tmp_path)


def test_the_unit_stays_hardened() -> None:
    analyse = _tool("systemd-analyze", "systemd")
    _run(analyse, "security", "--offline=yes", "--threshold=20", "--no-pager", str(UNIT))


def test_prometheus_takes_config_and_rules() -> None:
    promtool = _tool("promtool", "prometheus")
    _run(promtool, "check", "config", "prometheus.yml")
    _run(promtool, "check", "rules", ALERTS.name)


def test_alerts_ask_for_metrics_that_there_are() -> None:
    names = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }
    asked = set(re.findall(r"call_screener_\w+", ALERTS.read_text()))
    assert asked <= names
    assert len(asked) > 5


def test_alerts_fire_when_they_should_and_only_then(tmp_path: Path) -> None:
    promtool = _tool("promtool", "prometheus")
    shutil.copy(ALERTS, tmp_path)
    (tmp_path / "test.yml").write_text(_RULE_TEST)
    _run(promtool, "test", "rules", "test.yml", folder=tmp_path)


_RULE_TEST = """\
rule_files: [alerts.yml]
evaluation_interval: 15s
tests:
  - name: all is well
    interval: 15s
    input_series:
      - {series: 'up{job="call-screener"}', values: '1x120'}
      - {series: 'call_screener_link_up{pbx="default"}', values: '1x120'}
      - {series: 'call_screener_enforcing', values: '1x120'}
      - {series: 'call_screener_journal_lag_seconds', values: '0x120'}
      - {series: 'call_screener_let_through_total{cause="caller_gone",pbx="default"}', values: '_x4 1+1x116'}
      - {series: 'call_screener_journal_failures_total{stage="append"}', values: '3x120'}
    alert_rule_test:
      - {eval_time: 30m, alertname: CallScreenerDown}
      - {eval_time: 30m, alertname: CallScreenerLinkDown}
      - {eval_time: 30m, alertname: CallScreenerEnforcingOff}
      - {eval_time: 30m, alertname: CallScreenerJournalLag}
      - {eval_time: 30m, alertname: CallScreenerCallsLetThrough}
      - {eval_time: 30m, alertname: CallScreenerJournalFailing}
  - name: nothing is
    interval: 15s
    input_series:
      - {series: 'up{job="call-screener"}', values: '0x160'}
      - {series: 'call_screener_link_up{pbx="default"}', values: '0x160'}
      - {series: 'call_screener_enforcing', values: '0x160'}
      - {series: 'call_screener_journal_lag_seconds', values: '90x160'}
      - {series: 'call_screener_lists_checked_timestamp_seconds', values: '0x160'}
      - {series: 'call_screener_let_through_total{cause="timeout",pbx="default"}', values: '_x150 1x10'}
      - {series: 'call_screener_frames_refused_total{why="forged",pbx="default"}', values: '_x150 1x10'}
      - {series: 'call_screener_frames_refused_total{why="dropped",pbx="default"}', values: '5x150 9x10'}
    promql_expr_test:
      - expr: count by (alertname) (ALERTS{alertstate="firing"})
        eval_time: 39m
        exp_samples:
          - {labels: '{alertname="CallScreenerDown"}', value: 1}
          - {labels: '{alertname="CallScreenerLinkDown"}', value: 1}
          - {labels: '{alertname="CallScreenerEnforcingOff"}', value: 1}
          - {labels: '{alertname="CallScreenerJournalLag"}', value: 1}
          - {labels: '{alertname="CallScreenerListsStale"}', value: 1}
          - {labels: '{alertname="CallScreenerCallsLetThrough"}', value: 1}
          - {labels: '{alertname="CallScreenerForgedEvents"}', value: 1}
          - {labels: '{alertname="CallScreenerEventsDropped"}', value: 1}
"""

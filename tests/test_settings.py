"""Settings: what overrides what, and the message that each wrong one must give (``bad_config``)."""

import os
from pathlib import Path

import pytest

from screener import settings_file
from screener.calls import Mode
from screener.settings import PREFIX, Settings
from screener.settings_file import SettingsError

BAD = sorted((Path(__file__).parent / "bad_config").glob("*.toml"))
SECRET = "not-to-be-shown"
PBX = f'[pbx.default]\nhost = "192.0.2.10"\nsecret = "{SECRET}"\n'


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setattr(settings_file, "SYSTEM_FILE", tmp_path / "none.toml")


def _load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return settings_file.load(path)


def _comments(path: Path, word: str) -> list[str]:
    lines = (
        line.removeprefix(f"# {word}: ") for line in path.read_text().splitlines() if f"# {word}: " in line
    )
    return list(lines)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_wrong_settings_stop_the_start_with_key_value_and_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    for setting in _comments(path, "env"):
        name, _, value = setting.partition("=")
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as stopped:
        settings_file.load(path)

    expected = [line.replace("{file}", str(path)) for line in _comments(path, "expect")]
    assert expected
    assert stopped.value.problems == expected
    assert SECRET not in str(stopped.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing.toml"
    with pytest.raises(SettingsError) as stopped:
        settings_file.load(path)
    assert stopped.value.problems == [f"{path}: No such file or directory; check the path and its rights"]


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as stopped:
        settings_file.load(tmp_path)
    assert stopped.value.problems == [f"{tmp_path}: Is a directory; check the path and its rights"]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(PBX)

    def refuse(*_: object, **__: object) -> None:  # root reads what it likes, so chmod would prove nothing
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SettingsError) as stopped:
        settings_file.load(path)
    assert stopped.value.problems == [
        f"{path}: Permission denied; run this as the service's user or as root, or give this user the right "
        "to read it"
    ]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b'port = 8080\nlog_level = "\xff"')
    with pytest.raises(SettingsError) as stopped:
        settings_file.load(path)
    assert stopped.value.problems == [f"{path}: not UTF-8 (at line 2); save the file as UTF-8"]


def test_brackets_beyond_measure_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too many brackets stand in one another"):
        _load(tmp_path, f"port = {'[' * 20_000}")


def test_a_path_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match="is no path; check --config and CALL_SCREENER_CONFIG"):
        settings_file.load(Path("a\0b"))


def test_the_mark_that_editors_on_windows_write_is_no_error(tmp_path: Path) -> None:
    assert _load(tmp_path, "\N{ZERO WIDTH NO-BREAK SPACE}port = 8081\r\n").port == 8081


@pytest.mark.parametrize(
    "host", ["pbx", "pbx.example", "192.0.2.10", "2001:db8::10", "fe80::1%eth0", "tổng-đài.vn"]
)
def test_a_name_and_an_address_of_either_kind_is_a_host(tmp_path: Path, host: str) -> None:
    assert _load(tmp_path, PBX.replace("192.0.2.10", host)).pbx["default"].host == host


def test_variables_may_add_a_pbx_to_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALL_SCREENER_AMI_HOST", "192.0.2.20")
    monkeypatch.setenv("CALL_SCREENER_AMI_SECRET", SECRET)
    assert _load(tmp_path, PBX.replace("default", "hq")).pbx.keys() == {"hq", "default"}


def test_without_a_file_the_defaults_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = settings_file.load()
    assert (loaded.host, loaded.port, loaded.pbx) == ("127.0.0.1", 8080, {})
    assert loaded.url == f"sqlite:///{tmp_path}/var/call-screener.db"


def test_the_systems_file_is_read_where_no_other_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system = tmp_path / "none.toml"
    system.write_text("port = 8081\n")
    assert settings_file.load().port == 8081

    other = tmp_path / "other.toml"
    other.write_text("port = 8082\n")
    monkeypatch.setenv("CALL_SCREENER_CONFIG", str(other))
    assert settings_file.load().port == 8082
    assert settings_file.load(system).port == 8081


def test_a_pbx_only_monitors_until_it_is_told_to_enforce(tmp_path: Path) -> None:
    pbx = _load(tmp_path, PBX).pbx["default"]
    assert not pbx.enforce
    assert pbx.mode is Mode.INLINE
    assert pbx.hold_ms == 300


def test_a_variable_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALL_SCREENER_PORT", "8083")
    monkeypatch.setenv("CALL_SCREENER_SITE__OWN_NUMBERS", '["02373850234"]')
    monkeypatch.setenv("CALL_SCREENER_PBX__DEFAULT__HOLD_MS", "200")
    loaded = _load(tmp_path, f'port = 8081\nlog_level = "WARNING"\n[site]\nextensions = ["10*"]\n{PBX}')
    assert loaded.port == 8083
    assert loaded.log_level == "WARNING"
    assert loaded.site.own_numbers == ("02373850234",)
    assert loaded.site.extensions == ("10*",)
    assert loaded.pbx["default"].hold_ms == 200
    assert loaded.pbx["default"].host == "192.0.2.10"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "STATE_DIR", "AMI_HOST", "AMI_SECRET"):
        monkeypatch.setenv(f"CALL_SCREENER_{name}", "")
    loaded = _load(tmp_path, f"port = 8081\n{PBX}")
    assert (loaded.port, loaded.state_dir) == (8081, Path("var"))
    assert loaded.pbx["default"].host == "192.0.2.10"


def test_ami_variables_override_the_pbx_named_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALL_SCREENER_AMI_HOST", "192.0.2.20")
    monkeypatch.setenv("CALL_SCREENER_AMI_ENFORCE", "true")
    loaded = _load(tmp_path, f'{PBX}\n[pbx.branch]\nhost = "192.0.2.30"\nsecret = "other"\n')
    assert loaded.pbx["default"].host == "192.0.2.20"
    assert loaded.pbx["default"].enforce
    assert loaded.pbx["default"].secret.get_secret_value() == SECRET
    assert loaded.pbx["branch"].host == "192.0.2.30"
    assert not loaded.pbx["branch"].enforce


def test_ami_variables_alone_make_a_pbx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALL_SCREENER_AMI_HOST", "192.0.2.20")
    monkeypatch.setenv("CALL_SCREENER_AMI_SECRET", SECRET)
    monkeypatch.setenv("CALL_SCREENER_AMI_MODE", "passive")
    monkeypatch.setenv("CALL_SCREENER_AMI_INBOUND_CONTEXTS", "from-trunk, from-pstn")
    pbx = settings_file.load().pbx["default"]
    assert pbx.inbound_contexts == ("from-trunk", "from-pstn")
    assert pbx.watches_calls


def test_variables_of_the_lab_and_of_scripts_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALL_SCREENER_LAB_STATE", "/somewhere")
    monkeypatch.setenv("CALL_SCREENER_TOKEN", "cs_something")
    assert settings_file.load().pbx == {}


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    loaded = _load(tmp_path, f'database_url = "postgresql://call-screener:{SECRET}@db.example/calls"\n{PBX}')
    assert SECRET in loaded.url
    for shown in (repr(loaded), str(loaded), repr(loaded.pbx["default"]), loaded.model_dump_json()):
        assert SECRET not in shown


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("02373850234", "02373850234"),
        ("0237 3850 234", "02373850234"),
        ("+84 237 3850 234", "02373850234"),
        ("84237385*", "0237385*"),
        ("+84237385*", "0237385*"),
        ("0237385*", "0237385*"),
        ("02373850200-02373850299", "02373850200-02373850299"),
        ("+84 237 3850 200 - +84 237 3850 299", "02373850200-02373850299"),
    ],
)
def test_own_numbers_are_taken_in_any_written_form(tmp_path: Path, written: str, kept: str) -> None:
    site = _load(tmp_path, f'[site]\nown_numbers = ["{written}"]\n').site.site()
    assert site.own_numbers == {kept}
    assert site.owns("02373850234")
    assert not site.owns("02373860234")


def test_a_trunk_writes_as_its_pbx_says_and_by_its_name_alone_where_all_agree(tmp_path: Path) -> None:
    pbxs = [PBX, PBX.replace("default", "hq")]
    odd = '[pbx.{}.trunks.{}]\nwrites = "{}"\n'
    text = "".join(pbxs) + odd.format("hq", "viettel", "+840") + odd.format("hq", "fpt", "9")
    loaded = _load(tmp_path, text + odd.format("default", "viettel", "84"))
    assert loaded.writes == {"default/viettel": "84", "hq/viettel": "+840", "hq/fpt": "9", "fpt": "9"}
    loaded = _load(tmp_path, text + odd.format("default", "viettel", "+840"))
    assert loaded.writes["viettel"] == "+840"
    silent = text + "[pbx.default.trunks.viettel]\ntrust_network_identity = true\n"
    assert "viettel" not in _load(tmp_path, silent).writes

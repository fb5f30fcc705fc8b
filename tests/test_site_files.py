"""The doctor on a site's own configuration files: read, or said to be not examined."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener import site_files
from screener.finding import Finding, Level


def bad(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is not Level.OK]


GOOD_MANAGER = "[general]\nenabled = yes\nbindaddr = 127.0.0.1\n\n[call-screener]\nsecret = 8f2a\n"


@pytest.mark.parametrize(
    ("text", "level", "said"),
    [
        (GOOD_MANAGER, Level.OK, "is enabled"),
        (GOOD_MANAGER.replace("8f2a", "CHANGE-ME"), Level.FAIL, "[call-screener] still has the sample's"),
        (GOOD_MANAGER.replace("127.0.0.1", "0.0.0.0 ; all"), Level.WARN, "bindaddr is 0.0.0.0"),
        (GOOD_MANAGER.replace("bindaddr = 127.0.0.1", ""), Level.WARN, "there is no bindaddr"),
        (GOOD_MANAGER.replace("= yes", "= no"), Level.FAIL, "interface is off"),
        (GOOD_MANAGER + "#include manager.d/*.conf\n", Level.WARN, "not examined: line 7"),
        (GOOD_MANAGER + "[a](!)\n", Level.WARN, "not examined: line 7"),
        (GOOD_MANAGER + ";--\nsecret = CHANGE-ME\n--;\n", Level.WARN, "block comments"),
        (GOOD_MANAGER + "\udcff", Level.WARN, "not UTF-8"),
    ],
)
def test_a_manager_file_is_read_or_said_to_be_not_examined(
    tmp_path: Path, text: str, level: Level, said: str
) -> None:
    (tmp_path / "manager.conf").write_text(text, "utf-8", "surrogateescape")
    (tmp_path / "extensions.conf").write_text("[general]\nstatic=yes\n")
    findings = list(site_files.examine(tmp_path))
    worst = [finding for finding in findings if finding.level is level and said in finding.text]
    assert len(worst) == 1, findings
    assert all(finding.remedy for finding in bad(findings))


@pytest.mark.parametrize(("value", "level"), [("yes", Level.WARN), ("no", Level.OK)])
def test_globals_that_a_reload_clears_are_warned_of(tmp_path: Path, value: str, level: Level) -> None:
    (tmp_path / "manager.conf").write_text(GOOD_MANAGER)
    (tmp_path / "extensions.conf").write_text(f"[general]\nclearglobalvars={value}\n")
    assert list(site_files.examine(tmp_path))[-1].level is level


def test_a_configuration_folder_that_is_not_there_is_said_to_be_not_examined(tmp_path: Path) -> None:
    findings = list(site_files.examine(tmp_path))
    assert [finding.level for finding in findings] == [Level.WARN] * 2
    assert "No such file" in findings[0].text


@given(text=st.text(alphabet=st.sampled_from("[](!);#=>- \n\tab\udcff\N{LATIN SMALL LETTER A WITH ACUTE}")))
def test_no_text_in_a_configuration_file_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("etc") / "manager.conf"
    path.write_text(text, "utf-8", "surrogateescape")
    list(site_files.examine(path.parent))

"""The configuration files of a lab exchange, written into a work folder of its own."""

import re
import socket
from pathlib import Path
from shutil import copyfile

from screener.lab.install import AsteriskInstall, LabError
from screener.lab.modules import left_out
from screener.lab.setup import DOCTOR_USER, LAB_USER, LOOPBACK, PHONES_ADDRESS, SCREENER_USER, Setup, Trunk
from screener.paths import dialplan_dir

EXTENSIONS = tuple(str(number) for number in range(1001, 1010))
"""The phones: an endpoint each, so that events name the extension that rang."""

DIALPLAN_FILE = "extensions_call_screener.conf"
MANAGER_FILE = "manager.conf"

# Files that modules complain about when they are missing, and are content to find empty.
_EMPTY = (
    *("acl", "aeap", "agents", "ccss", "cel", "pjproject", "pjsip_notify", "pjsip_wizard", "res_fax"),
    *("stir_shaken", "udptl", "websocket_client"),
)

# Core applications and functions only, so that nothing of ours that is missing can drop the call.
_HOOK = """\
GotoIf($["${IFMODULE(app_stack.so)}${DIALPLAN_EXISTS(call-screener,s,1)}" != "11"]?unscreened)
 same => n,Gosub(call-screener,s,1)
 same => n(unscreened),"""

# FreePBX's own blacklist: one AstDB lookup of the exact number.
_ASTDB = """\
GotoIf($["${DB_EXISTS(blacklist/${FILTER(0-9,${CALLERID(num)})})}" = "1"]?blocked)
 same => n,"""


def write(install: AsteriskInstall, workdir: Path, setup: Setup) -> None:
    """Fills `workdir` with everything Asterisk reads; what a previous run left there is overwritten."""
    for name in ("etc", "run", "log/cdr-csv", "spool", "db", "keys/keys", "cache", "share/sounds"):
        (workdir / name).mkdir(parents=True, exist_ok=True)
    documentation = workdir / "share/documentation"
    documentation.unlink(missing_ok=True)
    # Without its XML documentation Asterisk refuses to load most of PJSIP.
    documentation.symlink_to(install.data_dir / "documentation")
    files = {
        "hosts": f"127.0.0.1 localhost {socket.gethostname()}\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "asterisk.conf": _asterisk(install, workdir, setup),
        "modules.conf": _modules(install, setup),
        "manager.conf": _manager(setup),
        "pjsip.conf": _pjsip(setup),
        "extensions.conf": _extensions(setup),
        "rtp.conf": f"[general]\nrtpstart={setup.rtp_ports[0]}\nrtpend={setup.rtp_ports[1]}\n",
        "logger.conf": _LOGGER,
        "indications.conf": _INDICATIONS,
        "cdr.conf": "[general]\nenable=yes\n\n[csv]\nusegmtime=yes\nloguniqueid=yes\n",
        "features.conf": "[general]\n",
        "musiconhold.conf": "[general]\n",
    }
    files.update((f"{name}.conf", "") for name in _EMPTY)
    for name, text in files.items():
        (workdir / "etc" / name).write_text(text)
    (workdir / "etc/manager.conf").chmod(0o600)
    _copy_dialplan(workdir)
    _copy_prompts(workdir)


def _copy_dialplan(workdir: Path) -> None:
    """Our dialplan file as it is now; an empty one while there is none."""
    source, target = dialplan_dir() / DIALPLAN_FILE, workdir / "etc" / DIALPLAN_FILE
    target.write_bytes(source.read_bytes() if source.exists() else b"")


def _copy_prompts(workdir: Path) -> None:
    """Our prompts as `call-screener/<name>`, in the folder that serves every language."""
    target = workdir / "share/sounds/call-screener"
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted((dialplan_dir() / "prompts/audio").glob("*")):
        copyfile(source, target / source.name)


def _section(title: str, values: dict[str, object]) -> str:
    return f"[{title}]\n" + "".join(f"{key}={value}\n" for key, value in values.items()) + "\n"


def _asterisk(install: AsteriskInstall, workdir: Path, setup: Setup) -> str:
    inside = install.inside(workdir)
    directories = {
        "astetcdir": inside / "etc",
        "astmoddir": install.modules_dir,
        "astvarlibdir": inside / "share",
        "astdbdir": inside / "db",
        "astkeydir": inside / "keys",
        "astdatadir": inside / "share",
        "astagidir": inside / "share",
        "astspooldir": inside / "spool",
        "astrundir": inside / "run",
        "astlogdir": inside / "log",
        "astcachedir": inside / "cache",
    }
    options = {"verbose": setup.verbose, "nocolor": "yes", "transmit_silence": "no"}
    return _section("directories", dict(directories)) + _section("options", dict(options))


def _modules(install: AsteriskInstall, setup: Setup) -> str:
    folder = (install.root or Path("/")) / install.modules_dir.relative_to("/")
    noload = "".join(f"noload={name}\n" for name in (*left_out(folder), *setup.noload))
    return f"[modules]\nautoload=yes\n{noload}"


def _manager(setup: Setup) -> str:
    general = {
        "enabled": "yes",
        "webenabled": "no",
        "bindaddr": LOOPBACK,
        "port": setup.ports.ami,
        "displayconnects": "no",
        "allowmultiplelogin": "yes",
        "timestampevents": "yes",
    }
    accounts = (dialplan_dir() / MANAGER_FILE).read_text()
    for user, secret in ((SCREENER_USER, setup.secret), (DOCTOR_USER, setup.doctor_secret)):
        accounts = _with_secret(accounts, user, secret)
    everything = {"secret": setup.lab_secret, "read": "all", "write": "all"}
    head = _section("general", dict(general)).rstrip() + f"\n{setup.manager}\n\n"
    return head + accounts + "\n" + _section(LAB_USER, dict(everything)) + setup.accounts


def _with_secret(accounts: str, user: str, secret: str) -> str:
    """The sample accounts with a secret of ours for one of them."""
    changed, times = re.subn(
        rf"(^\[{re.escape(user)}\]$.*?^secret *=)[^\n]*",
        lambda found: f"{found[1]} {secret}",
        accounts,
        count=1,
        flags=re.DOTALL | re.MULTILINE,
    )
    if not times:
        raise LabError(f"{MANAGER_FILE} has no account [{user}] with a secret")
    return changed


def _pjsip(setup: Setup) -> str:
    parts = [
        _section(
            "transport", {"type": "transport", "protocol": "udp", "bind": f"{LOOPBACK}:{setup.ports.sip}"}
        )
    ]
    common = {
        "type": "endpoint",
        "transport": "transport",
        "disallow": "all",
        "allow": "alaw,ulaw",
        "direct_media": "no",
    }
    for trunk in Trunk:
        trusted = "no" if trunk is Trunk.UNTRUSTING else "yes"
        parts.append(_section(trunk, {**common, "context": f"from-{trunk}", "trust_id_inbound": trusted}))
        identify = {"type": "identify", "endpoint": trunk, "match": trunk.address}
        parts.append(_section(f"{trunk}-address", dict(identify)))
    for extension in EXTENSIONS:
        contact = f"sip:{extension}@{PHONES_ADDRESS}:{setup.ports.phones}"
        parts.append(_section(extension, {**common, "context": "from-phones", "aors": extension}))
        parts.append(_section(extension, {"type": "aor", "contact": contact}))
    return "".join(parts)


def _extensions(setup: Setup) -> str:
    parts = ["[general]\nstatic=yes\nwriteprotect=yes\nclearglobalvars=no\n\n[globals]\n\n"]
    for trunk, before, option in (
        (Trunk.CARRIER, _HOOK, "${CALL_SCREENER_DIAL}"),
        (Trunk.UNTRUSTING, _HOOK, "${CALL_SCREENER_DIAL}"),
        (Trunk.PLAIN, "", ""),
        (Trunk.ASTDB, _ASTDB, ""),
    ):
        parts.append(f"[from-{trunk}]\n")
        # The called number is the caller's text: only a pattern of plain digits is dialled as it is,
        # anything else that could be a number rings 1001.
        for pattern, phone in (("_100[1-9]", "${EXTEN}"), ("_[+0-9A-Za-z*#].", "1001")):
            parts.append(
                f"exten => {pattern},1,{before}Dial(PJSIP/{phone},30,{option})\n same => n,Hangup()\n"
            )
            if trunk is Trunk.ASTDB:
                parts.append(" same => n(blocked),Hangup(21)\n")
        parts.append("\n")
    parts.append(setup.dialplan + "\n")
    if setup.screening:
        parts.append(f'#include "{DIALPLAN_FILE}"\n')
    return "".join(parts)


_LOGGER = """\
[general]
dateformat=%F %T.%3q

[logfiles]
full.log => notice,warning,error,verbose
"""

_INDICATIONS = """\
[general]
country=us

[us]
description=Tones
ringcadence=2000,4000
dial=350+440
busy=480+620/500,0/500
ring=440+480/2000,0/4000
congestion=480+620/250,0/250
"""

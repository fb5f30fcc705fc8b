"""The Asterisk modules that a lab exchange does without.

They open ports of their own, or only complain for want of a service or file on this machine.
"""

from pathlib import Path

UNWANTED = (
    "app_adsiprog",
    "app_alarmreceiver",
    "app_amd",
    "app_confbridge",
    "app_festival",
    "app_followme",
    "app_getcpeid",
    "app_jack",
    "app_minivm",
    "app_page",
    "app_queue",
    "app_stasis*",
    "app_voicemail*",
    "cdr_*",
    "cel_*",
    "chan_*",
    "func_odbc",
    "pbx_*",
    "res_*geolocation",
    "res_*phoneprov*",
    "res_adsi",
    "res_ael_share",
    "res_ari*",
    "res_calendar*",
    "res_clialiases",
    "res_config_*",
    "res_hep*",
    "res_http_media_cache",
    "res_odbc*",
    "res_parking",
    "res_prometheus",
    "res_smdi",
    "res_snmp",
    "res_stasis_broadcast",
    "res_statsd",
    "res_stun_monitor",
    "res_xmpp",
)
WANTED = ("cdr_csv", "chan_bridge_media", "chan_pjsip", "chan_rtp", "pbx_config", "pbx_spool")


def left_out(folder: Path) -> list[str]:
    """The file names of this modules folder that aren't to be loaded."""
    found = (path for pattern in UNWANTED for path in folder.glob(f"{pattern}.so"))
    return sorted(path.name for path in found if path.stem not in WANTED)

"""The first policy of an installation, and a word in the log where its file says something else later."""

import logging
from pathlib import Path
from typing import Final

from screener import policy_file
from screener.policies import Policies, PolicyMoved, Revised
from screener.policy import DEFAULT_POLICY
from screener.policy_edits import changes
from screener.policy_problems import InvalidPolicy

log = logging.getLogger(__name__)

INSTALLATION: Final = "installation"
_TOLD: Final = 5


def seed(policies: Policies, file: Path | None) -> None:
    """Make the first revision, of the file or else of the defaults; where there is one it stays in force.

    Raises InvalidPolicy for a file that is needed and can't be used.
    """
    if policies.latest() == 0:
        policy = policy_file.read(file) if file is not None else DEFAULT_POLICY
        what = [f"first policy, of {file}" if file is not None else "first policy, the default"]
        try:
            policies.add(policy, INSTALLATION, what, 0)
        except PolicyMoved:  # another process starts at the same time
            log.info("another process made the first policy")
        return
    if file is not None:
        _compare(policies.present(), file)


def _compare(present: Revised, file: Path) -> None:
    try:
        differ = changes(present.policy, policy_file.read(file))
    except InvalidPolicy as error:
        log.warning("policy file can't be used, and is not: revision %d counts. %s", present.revision, error)
        return
    if differ:
        more = f" and {len(differ) - _TOLD} more" if len(differ) > _TOLD else ""
        log.warning(
            "policy file %s is not what counts: the database's revision %d does, by %s, and the file would "
            "change %s%s. 'call-screener policy import %s' puts the file in force",
            file,
            present.revision,
            present.author,
            "; ".join(differ[:_TOLD]),
            more,
            file,
        )

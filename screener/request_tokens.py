"""The tokens that a request of the dialplan must carry: no caller can know them."""

import re
import secrets
from collections.abc import Iterator
from typing import Final


class RequestTokens:
    """The tokens that a request may carry: the present one and the one before it."""

    _FORM: Final = re.compile(r"[0-9a-f]{32}")

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def adopt(self, text: str) -> bool:
        """Take over the token that the PBX holds; False where it holds none of our form."""
        if not self._FORM.fullmatch(text):
            return False
        if text not in self._known[:1]:
            self._known = (text, *self._known[:1])
        return True

    def knows(self, text: str) -> bool:
        """Tell whether a request that carries this text is the dialplan's."""
        return any(secrets.compare_digest(text.encode(), token.encode()) for token in self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

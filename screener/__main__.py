"""``python -m screener`` is ``call-screener``."""

from screener.cli import main

main()

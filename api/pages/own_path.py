"""Where to go on to after something was done: a path of ours, whatever a link said."""


def own_path(path: str) -> str:
    """Return a path of ours: ``//host`` and ``/\\host`` lead elsewhere, and control characters hide that."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"

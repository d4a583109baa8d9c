"""Which packages lead from one language to another."""

from collections.abc import Collection

# A language of the packages; nearly all of them lead to it or from it.
PIVOT = "en"
Direction = tuple[str, str]


def find_via(
    directions: Collection[Direction], source: str, target: str
) -> tuple[str, ...] | None:
    """The languages between: none, one, or None where no way is known.

    A direct package wins, then the way through English, then any other: each further
    package loses more of what was meant, so that no way has two languages between.
    """
    if source == target:
        return None
    if (source, target) in directions:
        return ()
    middles = {b for a, b in directions if a == source}
    middles &= {a for a, b in directions if b == target}
    middles -= {source, target}
    return min(((one,) for one in middles), key=_is_not_pivot, default=None)


def find_ways(
    directions: Collection[Direction],
) -> dict[Direction, tuple[str, ...]]:
    """Every direction that can be translated, with the languages between."""
    sources = sorted({a for a, _ in directions})
    targets = sorted({b for _, b in directions})
    found = {}
    for pair in ((a, b) for a in sources for b in targets):
        via = find_via(directions, *pair)
        if via is not None:
            found[pair] = via
    return found


def _is_not_pivot(via: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
    return via != (PIVOT,), via

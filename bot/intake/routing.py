"""Proposes a centre by region; the person may always choose another."""

CENTRE_OF_REGION = {"brussels": "pag-asa", "flanders": "payoke", "wallonia": "surya"}


def propose_centre(region: str | None) -> str | None:
    """The centre of this region, or None: then the person chooses freely."""
    return CENTRE_OF_REGION.get(region or "")

"""Our language tags beside the codes that Argos packages carry."""

import re
from collections.abc import Mapping

# All others are the same. Argos has traditional Chinese apart, as "zt".
_ARGOS_OF: Mapping[str, str] = {"zh-Hans": "zh", "sr-Latn": "sr"}
_TAG_OF = {code: tag for tag, code in _ARGOS_OF.items()}
CODE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,8})?")


def argos_code(tag: str) -> str:
    """The code under which Argos knows this language."""
    return _ARGOS_OF.get(tag, tag)


def own_tag(code: str) -> str:
    """The tag under which we know this language."""
    return _TAG_OF.get(code, code)

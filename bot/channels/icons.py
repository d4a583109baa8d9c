"""A picture beside each choice, so that it can be followed without reading well."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Icon:
    """One picture in two forms.

    Args:
        path: an SVG path on a 24 by 24 grid, for the web page: it looks the same on
            every phone, whatever fonts it has.
        sign: one emoji, for messaging apps.
        is_directed: points forwards or backwards, so it turns in right-to-left text.
    """

    path: str
    sign: str
    is_directed: bool = False


_CIRCLE = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"
_ARROW = Icon("M5 12h14m-5-5 5 5-5 5", "➡️", is_directed=True)
_BACK = Icon("M19 12H5m5-5-5 5 5 5", "⬅️", is_directed=True)
_TICK = Icon("M4 12l5 5L20 6", "✅")
_PERSON = Icon("M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 4-6 8-6s8 2 8 6", "🧑")
_CHILD = Icon("M12 6a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7 21c0-3 2-5 5-5s5 2 5 5", "🧒")
_PEOPLE = Icon(
    "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 20c0-3 3-5 6-5s6 2 6 5M16 6a3 3 0 0 1 0 6"
    "M18 15c2 .5 3 2 3 5",
    "👥",
)
_PHONE = Icon(
    "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 12l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 5"
    "a2 2 0 0 1 2-2z",
    "📞",
)
_SPEECH = Icon("M4 5h16v10H10l-4 4v-4H4z", "💬")
_CLOCK = Icon(f"{_CIRCLE}M12 7v5l3 2", "🕐")
_COIN = Icon(f"{_CIRCLE}M15 9a4 4 0 1 0 0 6M7 11h5M7 13h5", "💶")
_PAPER = Icon("M6 3h9l4 4v14H6zM9 12h7M9 16h7", "📄")
_PIN = Icon(
    "M12 21s-7-7-7-12a7 7 0 0 1 14 0c0 5-7 12-7 12zM12 7a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    "📍",
)
_SHIELD = Icon("M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z", "🛡️")
_LOCK = Icon("M6 11h12v10H6zM9 11V8a3 3 0 0 1 6 0v3", "🔒")
_HOUSE = Icon("M3 12l9-8 9 8M6 10v10h12V10", "🏠")
_INFO = Icon(f"{_CIRCLE}M12 11v6M12 7v.5", "ℹ️")
_QUESTION = Icon(
    f"{_CIRCLE}M9.5 9.5a2.5 2.5 0 1 1 3.5 2.5c-1 .5-1 1-1 2M12 17v.5", "❓"
)
_PEN = Icon("M4 20l1-5L16 4l4 4L9 19z", "✏️")
_BIN = Icon("M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6", "🗑️")
_CROSS = Icon("M6 6l12 12M18 6 6 18", "✖️")
_DOOR = Icon("M14 4H6v16h8M11 12h10m-3-3 3 3-3 3", "🚪", is_directed=True)
_TOOL = Icon("M4 9h16v11H4zM9 9V5h6v4M4 14h16", "🧰")
_SCALES = Icon("M12 4v16M7 20h10M5 8h14M5 8l-2.5 6h5zM19 8l-2.5 6h5z", "⚖️")
_HEART = Icon("M12 20S4 15 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 6-8 11-8 11z", "💗")
_GLOBE = Icon(f"{_CIRCLE}M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18", "🌐")
_EYE = Icon(
    "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "👁️",
)
_DOT = Icon("M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4z", "•")

_ICONS: Mapping[str, Icon] = {
    "go_on": _ARROW,
    "next": _ARROW,
    "continue_here": _BACK,
    "edited": _BACK,
    "yes": _TICK,
    "confirm": _TICK,
    "understood": _TICK,
    "this_centre": _TICK,
    "no": _CROSS,
    "menu": Icon("M4 6h16M4 12h16M4 18h16", "☰"),
    "stop": Icon("M8 3h8l5 5v8l-5 5H8l-5-5V8z", "✋"),
    "resume": Icon("M7 4l13 8-13 8z", "▶️", is_directed=True),
    "numbers": _PHONE,
    "central": _PHONE,
    "contact_call": _PHONE,
    "line_number": _PHONE,
    "helper_refer": _PHONE,
    "helper_page": _PAPER,
    "leave": _DOOR,
    "language": _GLOBE,
    "erase": _BIN,
    "which_remove": _BIN,
    "withdraw": Icon("M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3", "↩️"),
    "receipt": Icon("M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6", "🧾"),
    "seen": _EYE,
    "human": _PERSON,
    "adult": _PERSON,
    "age_again": _PERSON,
    "only_me": _PERSON,
    "line_who": _PERSON,
    "rights": _INFO,
    "theme_help": _INFO,
    "more": Icon("M12 5v14M5 12h14", "➕"),
    "ask": _QUESTION,
    "age_unsure": _QUESTION,
    "region_unknown": _QUESTION,
    "who_are_you": _QUESTION,
    "minor": _CHILD,
    "under_18": _CHILD,
    "about_under_18": _CHILD,
    "help_someone_else": _PEOPLE,
    "helper_start": _PEOPLE,
    "others": _PEOPLE,
    "who": _PEOPLE,
    "children_family": _PEOPLE,
    "theme_family": _PEOPLE,
    "minor_help": _PEOPLE,
    "interpreter": _SPEECH,
    "line_interpreter": _SPEECH,
    "contact_here": _SPEECH,
    "contact_write": _SPEECH,
    "line_contact_how": _SPEECH,
    "helper_say": _SPEECH,
    "not_now": Icon("M8 5v14M16 5v14", "⏸️"),
    "skip": Icon("M5 5l8 7-8 7zM17 5v14", "⏭️", is_directed=True),
    "try_again": Icon("M20 11A8 8 0 1 0 18 17M20 4v7h-7", "🔄"),
    "time_to_think": _CLOCK,
    "how_long": _CLOCK,
    "morning": _CLOCK,
    "afternoon": _CLOCK,
    "evening": _CLOCK,
    "any_time": _CLOCK,
    "line_when": _CLOCK,
    "line_chosen_when": _CLOCK,
    "cost": _COIN,
    "wages": _COIN,
    "compensation": _COIN,
    "residence": _PAPER,
    "documents_taken": _PAPER,
    "conditions": _PAPER,
    "brussels": _PIN,
    "flanders": _PIN,
    "wallonia": _PIN,
    "pag_asa": _PIN,
    "payoke": _PIN,
    "surya": _PIN,
    "line_centre": _PIN,
    "other_country": _PIN,
    "smuggling": _PIN,
    "police": _SHIELD,
    "non_punishment": _SHIELD,
    "theme_safety": _SHIELD,
    "forced_crime": _SHIELD,
    "confidentiality": _LOCK,
    "minor_secret": _LOCK,
    "line_word": _LOCK,
    "shelter": _HOUSE,
    "theme_life": _HOUSE,
    "domestic_work": _HOUSE,
    "minor_home": _HOUSE,
    "return": _HOUSE,
    "work": _TOOL,
    "exploited_work": _TOOL,
    "lawyer": _SCALES,
    "loverboy": _HEART,
    "minor_friend": _HEART,
    "which_change": _PEN,
    "line_language": _GLOBE,
    "line_urgent": _CLOCK,
    "theme_forms": _QUESTION,
    "forms": _QUESTION,
    "begging": _COIN,
    "helper_signs": _EYE,
}


def icon_of(label: str) -> Icon:
    """The icon of a button, by its label's catalog key."""
    if label.startswith("language.name."):
        return _ICONS["language"]
    return _ICONS.get(label.removeprefix("button."), _DOT)

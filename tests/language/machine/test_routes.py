"""Ways between languages: straight, through English, through another, or none."""

from bot.language.machine.codes import argos_code, own_tag
from bot.language.machine.routes import find_via, find_ways

HOUSE = {("fr", "en"), ("en", "fr"), ("en", "ar"), ("ar", "en"), ("pt", "es")}


def test_a_direct_package_wins():
    assert find_via(HOUSE, "fr", "en") == ()
    assert find_via({*HOUSE, ("fr", "ar")}, "fr", "ar") == ()


def test_english_is_the_bridge():
    assert find_via(HOUSE, "ar", "fr") == ("en",)
    assert find_via({*HOUSE, ("ar", "de"), ("de", "fr")}, "ar", "fr") == ("en",)


def test_another_language_will_do():
    assert find_via({("ar", "de"), ("de", "fr")}, "ar", "fr") == ("de",)


def test_nothing_goes_through_two_languages():
    assert find_via({("a", "b"), ("b", "c"), ("c", "d")}, "a", "d") is None


def test_without_packages_there_is_no_way():
    assert find_via(HOUSE, "fr", "uk") is None
    assert find_via(HOUSE, "es", "pt") is None
    assert find_via(HOUSE, "fr", "fr") is None
    assert find_ways(set()) == {}


def test_all_ways_are_found():
    assert find_ways(HOUSE) == {
        ("ar", "en"): (),
        ("en", "ar"): (),
        ("en", "fr"): (),
        ("fr", "en"): (),
        ("ar", "fr"): ("en",),
        ("fr", "ar"): ("en",),
        ("pt", "es"): (),
    }


def test_codes_of_packages_and_our_tags_meet():
    assert [own_tag(code) for code in ("zh", "sr", "uk")] == [
        "zh-Hans",
        "sr-Latn",
        "uk",
    ]
    assert [argos_code(tag) for tag in ("zh-Hans", "sr-Latn", "uk")] == [
        "zh",
        "sr",
        "uk",
    ]

from datetime import UTC, datetime

from web.templatetags.web import clock, duration, icon, moment

AT = datetime(2026, 3, 9, 14, 5, 7, 45_600, UTC)


def test_a_moment_is_exact_for_the_script_and_short_for_the_reader():
    iso = "2026-03-09T14:05:07.045600Z"
    assert moment(AT) == f'<time datetime="{iso}" title="{iso}">2026-03-09 14:05</time>'


def test_no_moment_is_no_text():
    assert moment(None) == ""


def test_a_clock_shows_milliseconds():
    assert ">14:05:07.045</time>" in clock(AT)


def test_an_icon_says_nothing_to_a_screen_reader():
    assert 'aria-hidden="true"' in icon("play")
    assert "#play" in icon("play")


def test_an_icons_name_can_bring_no_markup():
    assert "<script>" not in icon('"><script>')


def test_a_duration_that_is_not_known_is_not_shown():
    assert (duration(None), duration(0.5)) == ("", "500 ms")

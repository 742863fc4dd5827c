import re
from html import unescape

import orjson
import pytest

PAGE = "/sources/confidence/"
LEVEL = {
    "measured": {"on": "a <b>test</b>", "questions": 1204},
    "bands": [
        {"name": "high", "from": 0.8, "answered": 0.38, "right": 0.921},
        {"name": "medium", "from": 0.5, "answered": 0.29, "right": 0.62},
        {"name": "low", "from": 0.25, "answered": 0.16, "right": 0.31},
    ],
    "bins": [
        {"from": 0.0, "to": 0.1, "n": 400, "predicted": 0.05, "observed": 0.025},
        {"from": 0.9, "to": 1.0, "n": 100, "predicted": 0.95, "observed": 0.96},
    ],
    "ece": 0.031,
    "auc": 0.934,
}


@pytest.fixture
def measured(tmp_path, monkeypatch):
    file = tmp_path / "calibration.json"
    file.write_bytes(orjson.dumps({"levels": {"keyless": LEVEL, "reader": LEVEL | {"ece": 0.012}}}))
    monkeypatch.setattr("home.views.confidence.FILE", file)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_each_band_tells_how_often_it_was_right_and_how_many_it_answers(client, measured):
    text = text_of(client.get(PAGE).text)
    assert "●●● high 92 % 38 % ≥ 0.80" in text
    assert "●●○ medium 62 % 29 % ≥ 0.50" in text
    assert "●○○ low 31 % 16 % ≥ 0.25" in text


def test_the_reliability_table_and_its_chart_show_the_same(client, measured):
    html = client.get(PAGE).text
    assert "0.9 – 1.0 100 0.95 0.96" in text_of(html)
    points = re.findall(r'<circle class="chart-point" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)">', html)
    assert points[:2] == [("12.0", "234.0", "12.0"), ("228.0", "9.6", "6.0")]


def test_the_levels_are_apart_the_better_first(client, measured):
    text = text_of(client.get(PAGE).text)
    assert (
        text.index("Reader level") < text.index("0.012") < text.index("Keyless level") < text.index("0.031")
    )


def test_it_is_said_where_it_was_measured(client, measured):
    html = client.get(PAGE).text
    assert "1,204 questions" in html
    assert "a &lt;b&gt;test&lt;/b&gt;" in html


def test_without_a_measurement_nothing_is_claimed(client, tmp_path, monkeypatch):
    monkeypatch.setattr("home.views.confidence.FILE", tmp_path / "none.json")
    html = client.get(PAGE).text
    assert "Not measured yet" in html
    assert "%" not in text_of(html.partition("<main")[2].partition("</main>")[0])


def test_viewers_may_read_it_and_visitors_not(viewer, visitor, measured):
    assert viewer.get(PAGE).status_code == 200
    assert visitor.get(PAGE).status_code == 302

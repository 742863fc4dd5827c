"""Figures of others, to be read beside ours. Each row says on which data: few are on the same."""

Row = dict[str, object]
_SQUAD = (
    ("sliding window (Rajpurkar et al. 2016), test, paragraph given", None, 20.0),
    ("logistic regression (Rajpurkar et al. 2016), dev, paragraph given", 40.0, 51.0),
    ("DrQA's reader (Chen et al. 2017), dev, paragraph given", 69.4, 78.9),
    ("Match-LSTM ensemble, published answers to our questions, paragraph given", 70.5, 80.0),
    ("BERT ensemble, published answers to our questions, paragraph given", 86.7, 92.7),
    ("people (Rajpurkar et al. 2016), dev, paragraph given", 77.0, 86.8),
)


def squad() -> list[Row]:
    """Published exact match and F1 on SQuAD 1.1; who is given the paragraph need not find it."""
    return [
        {"what": what, "EM %": "" if exact is None else exact, "F1 %": overlap}
        for what, exact, overlap in _SQUAD
    ]


def under(columns: Row, rows: list[Row]) -> list[Row]:
    """The rows with all the columns of a table, those that nobody published left empty."""
    return [dict.fromkeys(columns, "") | row for row in rows]

"""Which articles the reader was trained on: what it answers there says nothing of how well it reads."""

TRAINED_ON = frozenset(
    {
        "Civil_disobedience",
        "Computational_complexity_theory",
        "Construction",
        "Doctor_Who",
        "Genghis_Khan",
        "Harvard_University",
        "Huguenot",
        "Imperialism",
        "Intergovernmental_Panel_on_Climate_Change",
        "Martin_Luther",
        "Nikola_Tesla",
        "Normans",
        "Oxygen",
        "Rhine",
        "Southern_California",
        "Steam_engine",
        "Super_Bowl_50",
        "Teacher",
        "University_of_Chicago",
    }
)
"""Titles in SQuAD's development set; ``engine.training.squad`` tells how they were drawn."""


def is_unseen(path: str) -> bool:
    """Of an article's address in the benchmark's index."""
    return path.strip("/").rpartition("/")[2] not in TRAINED_ON

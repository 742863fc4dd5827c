"""Articles that the reader was trained on."""

from benchmarks.trained_on import TRAINED_ON, is_unseen
from engine.training.squad import KEPT_BACK, number


def test_what_was_kept_back_is_unseen_and_so_is_what_is_not_in_the_data_at_all() -> None:
    assert is_unseen("/articles/Amazon_rainforest/")
    assert is_unseen("/articles/An_article_of_another_folder/")
    assert not is_unseen("/articles/Normans/")


def test_the_list_is_what_the_training_draws() -> None:
    assert all(number(title) >= KEPT_BACK for title in TRAINED_ON)

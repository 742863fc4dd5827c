import subprocess
import sys

import pytest

from engine import neural


def test_it_is_there_when_its_packages_are(settings) -> None:
    settings.KEYLESS = False
    assert neural.available()


def test_it_can_be_left_out(settings) -> None:
    settings.KEYLESS = True
    assert not neural.available()


@pytest.mark.parametrize("name", ["engine.neural", "engine.neural.background", "engine.research"])
def test_what_may_not_be_installed_is_not_loaded_before_it_is_needed(name: str) -> None:
    program = (
        "import sys, django; sys.modules.update(numpy=None, onnxruntime=None, tokenizers=None)\n"
        f"django.setup(); import {name}"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

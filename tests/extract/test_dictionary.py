"""The dictionary of words takes longer to load than most forms to read: it is asked only where nothing else decides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jieba
import pytest
from jixiao.normalize.words import tokenizer

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("name", ["nantong-keji-2025.txt", "invented-city-layout.txt"])
def test_a_clear_form_is_read_without_it(name: str) -> None:
    code = (
        "import sys\nfrom jixiao.pipeline.one import read_bytes\n"
        f"assert read_bytes(open({str(SAMPLES / name)!r}, 'rb').read(), 'form.txt').forms\n"
        "print('jieba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_dictionary_is_as_jieba_reads_it(tmp_path: Path) -> None:
    own = jieba.Tokenizer()
    own.tmp_dir = str(tmp_path)
    own.initialize()
    assert (tokenizer().FREQ, tokenizer().total) == (own.FREQ, own.total)

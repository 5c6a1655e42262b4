"""The package stands alone and is quick to import."""

from __future__ import annotations

import json
import subprocess
import sys

from .test_docstrings import MODULES

HEAVY = {
    "pandas",
    "numpy",
    "pyarrow",
    "jieba",
    "regex",
    "rapidfuzz",
    "pydantic",
    "tomllib",
    "importlib.resources",
}


def test_importing_all_of_it_loads_nothing_heavy_and_no_other_part() -> None:
    code = "import sys\nbefore = set(sys.modules)\n"
    code += "".join(f"import jixiao.normalize.{name}\n" for name in MODULES)
    code += "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & HEAVY
    ours = {name for name in loaded if name.split(".")[0] == "jixiao"}
    assert {name for name in ours if not name.startswith("jixiao.normalize")} <= {"jixiao", "jixiao.version"}

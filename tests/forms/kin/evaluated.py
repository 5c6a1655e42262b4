"""What a self evaluation of a river says, which is dumped both flattened and laid out: one truth for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Tables = Mapping[str, Sequence[Mapping[str, str]]]

ROWS = [
    ("产出指标", "数量指标", "维修河道长度", "20", "18", "受汛期影响，工期顺延一个月"),
    ("产出指标", "质量指标", "沿河设施（含护栏与步道）完好率", "20", "20", ""),
    ("产出指标", "成本指标", "单位造价", "10", "10", ""),
    ("效益指标", "生态效益指标", "水质", "30", "30", ""),
]
FIRST_VALUES = [("1", "target", "≥12公里"), ("1", "actual", "11公里"), ("2", "target", "≥95%"), ("2", "actual", "96%")]
GOALS = [("annual", "维修河道12公里，改善沿河环境。"), ("annual_actual", "已维修河道11公里。")]


def holds_what_was_evaluated(tables: Tables) -> bool:
    """Assert that *tables* say so, and return True."""
    columns = ("level1", "level2", "level3", "weight", "score", "note")
    assert [tuple(r[c] for c in columns) for r in tables["indicators"]] == ROWS
    assert [(r["indicator_seq"], r["measure"], r["raw"]) for r in tables["targets"]][: len(FIRST_VALUES)] == FIRST_VALUES
    assert [(r["horizon"], r["text"]) for r in tables["goals"]] == GOALS
    return True

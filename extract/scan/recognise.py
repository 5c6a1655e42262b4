"""One line of print → its characters, each with its score, its place and what else it may be.

The model is PP-OCRv6 small as RapidOCR's wheel ships it, called directly: RapidOCR's own pipeline turns short
upright crops round and stretches them, and takes half as long again.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jixiao.extract.errors import DocumentError
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_MODEL = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
_STRIDE = 8
"""Pixels of the scaled crop to one step of the model's output."""
_LEAST_WIDTH = 24
_MAX_WIDTH = 3200
"""Wider crops are cut by the caller: attention over a longer line costs time and loses signs at its end."""
_ALTERNATIVES = 4
_MEAN = 127.5


@dataclass(frozen=True, slots=True)
class Glyph:
    """A recognised character: *x* is its middle in pixels of the crop, *others* are what else the model saw there."""

    text: str
    score: float
    x: float
    others: tuple[tuple[str, float], ...] = ()


class Recogniser:
    """The model, loaded once a process, on one thread: N workers on N cores must not fight."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(_model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        listed = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._characters = ["", *listed]

    def read(self, crop: Grey) -> list[Glyph]:
        """Return the characters of a crop that holds one upright line, dark on light."""
        height, width = crop.shape
        if height < 4 or width < 2:
            return []
        scaled = min(_MAX_WIDTH, max(8, round(width * _HEIGHT / height)))
        image = cv2.resize(crop, (scaled, _HEIGHT), interpolation=cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC)
        if scaled < _LEAST_WIDTH:
            image = cv2.copyMakeBorder(image, 0, 0, 0, _LEAST_WIDTH - scaled, cv2.BORDER_CONSTANT, value=(255.0,))
        values = (image.astype(np.float32) - _MEAN) / _MEAN
        batch = np.broadcast_to(values[None, None], (1, 3, *values.shape))
        steps = self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0][0]
        return self._decode(steps, width / scaled * image.shape[1] / len(steps))

    def _decode(self, steps: NDArray[np.float32], pitch: float) -> list[Glyph]:
        """Return the best path of *steps* (probabilities, step by step); *pitch* is a step's width in the crop."""
        best = steps.argmax(axis=1)
        out: list[Glyph] = []
        at = 0
        while at < len(best):
            stop = at
            while stop < len(best) and best[stop] == best[at]:
                stop += 1
            symbol = int(best[at])
            if symbol:
                run = steps[at:stop]
                peak = at + int(run[:, symbol].argmax())
                weights = run[:, symbol]
                x = float((np.arange(at, stop) * weights).sum() / weights.sum() + 0.5) * pitch
                out.append(Glyph(self._name(symbol), float(steps[peak, symbol]), x, self._others(steps[peak], symbol)))
            at = stop
        return out

    def _name(self, symbol: int) -> str:
        return self._characters[symbol] if symbol < len(self._characters) else " "

    def _others(self, step: NDArray[np.float32], symbol: int) -> tuple[tuple[str, float], ...]:
        if step[symbol] > 0.995:
            return ()
        top = np.argpartition(step, -_ALTERNATIVES)[-_ALTERNATIVES:]
        ordered = sorted((i for i in top if i != symbol), key=lambda i: -float(step[i]))
        return tuple((self._name(int(i)), float(step[i])) for i in ordered if step[i] > 0.001)


@cache
def recogniser() -> Recogniser:
    """Return the process's one recogniser. Raises DocumentError where the extra is not installed."""
    require()
    return Recogniser()


def require() -> None:
    """Raise DocumentError, naming the extra, unless all that reading a scan needs is installed."""
    missing = [name for name in ("rapidocr", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        raise DocumentError(
            "missing_extra",
            f"文件是扫描图片，识别文字所需的组件没有安装（缺 {'、'.join(missing)}）",
            "请运行 pip install jixiao[scan] 后重试",
        )


def _model_path() -> Path:
    found = importlib.util.find_spec("rapidocr")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "models" / _MODEL
    if not path.is_file():
        raise DocumentError(
            "missing_extra", f"已装的 rapidocr 中没有模型文件 {_MODEL}", "请运行 pip install -U jixiao[scan] 后重试"
        )
    return path

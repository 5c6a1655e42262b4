"""What is looked at before any library sees the bytes of a PDF: streams that would burst.

pdfium ends the whole process when memory runs out, so a bomb must be found before. Everything is bounded:
a stream is only inflated up to the limit, and the small ones, which cannot grow beyond it, not at all.
"""

from __future__ import annotations

import re
import zlib

from jixiao.extract.errors import DocumentError

MAX_STREAM = 256 * 1024 * 1024
"""Bytes one stream may have: a page scanned at 600 dpi in colour has 100 million."""
SMALL = MAX_STREAM // 1032
"""Deflate never makes more than 1032 bytes of one."""
_STEP = 1 << 20
_MOST_STREAMS = 200_000
_MAX_FORMS_DEEP = 12
_TWICE = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW)\s+/(?:FlateDecode|Fl|LZWDecode|LZW)\b")
_STREAM = re.compile(rb"stream\r?\n")
"""Begins with a letter, not with \\b: a pattern that begins with letters is found ten times as fast."""
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,4}[0-9]{1,5}\s{1,4}obj\b")
_FORM = re.compile(rb"/Subtype\s{0,4}/Form\b")
_REFERENCE = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,4}[0-9]{1,5}\s{1,4}R\b")


def check_bytes(data: bytes) -> None:
    """Raise DocumentError for streams that inflate beyond `MAX_STREAM` and for forms nested without end."""
    streams = [m for m in _STREAM.finditer(data) if not data[max(0, m.start() - 1) : m.start()].isalnum()]
    if len(streams) > _MOST_STREAMS:
        raise _refused(f"PDF 内有 {len(streams)} 个数据流")
    any_twice = _TWICE.search(data) is not None
    for i, match in enumerate(streams):
        start = match.end()
        stop = streams[i + 1].start() if i + 1 < len(streams) else len(data)
        twice = any_twice and _is_packed_twice(data, match.start())
        if stop - start > SMALL or twice:
            _check_stream(data, start, stop, 2 if twice else 1)
    _check_forms(data)


def _is_packed_twice(data: bytes, start: int) -> bool:
    """Tell whether the dictionary before the stream at *start* names two packings one over the other."""
    head = data[max(0, start - 2048) : start]
    return _TWICE.search(head, head.rfind(b" obj") + 1) is not None


def _check_stream(data: bytes, start: int, stop: int, times: int) -> None:
    """Inflate a stream piece by piece, *times* over, until it ends or is too large."""
    machines = [zlib.decompressobj() for _ in range(times)]
    total = 0
    try:
        for at in range(start, stop, _STEP):
            parts = [data[at : min(at + _STEP, stop)]]
            for machine in machines:
                out = []
                for part in parts:
                    while part:
                        out.append(machine.decompress(part, _STEP * 64))
                        part = machine.unconsumed_tail
                        if sum(map(len, out)) > MAX_STREAM:
                            raise _refused("PDF 内有展开后超过 256 MB 的数据流")
                parts = out
            total += sum(map(len, parts))
            if total > MAX_STREAM:
                raise _refused("PDF 内有展开后超过 256 MB 的数据流")
            if machines[-1].eof:
                return
    except zlib.error:
        return  # not deflated, or damaged: then nothing grows


def _check_forms(data: bytes) -> None:
    """Follow which form draws which other, as far as the objects are not packed into streams."""
    if len(_FORM.findall(data)) < _MAX_FORMS_DEEP:
        return
    starts = [(int(m[1]), m.end()) for m in _OBJECT.finditer(data)]
    uses: dict[int, set[int]] = {}
    for i, (number, start) in enumerate(starts):
        stop = starts[i + 1][1] if i + 1 < len(starts) else len(data)
        body = data[start : min(stop, start + 8192)].split(b"stream", 1)[0]
        if _FORM.search(body):
            uses[number] = {int(m[1]) for m in _REFERENCE.finditer(body)}
    depth: dict[int, int] = {}
    for number in uses:
        _measure(number, uses, depth)
    if max(depth.values(), default=0) > _MAX_FORMS_DEEP:
        raise _refused("PDF 内的图形层层相套")


def _measure(first: int, uses: dict[int, set[int]], depth: dict[int, int]) -> None:
    """Set how deep forms nest under *first*; one that draws itself counts as too deep. Without recursion."""
    stack = [(first, iter(sorted(uses[first])))]
    open_now = {first}
    best = {first: 1}
    while stack:
        number, rest = stack[-1]
        for other in rest:
            if other in open_now:
                best[number] = _MAX_FORMS_DEEP + 1
            elif other in depth:
                best[number] = max(best[number], depth[other] + 1)
            elif other in uses:
                stack.append((other, iter(sorted(uses[other]))))
                open_now.add(other)
                best[other] = 1
                break
        else:
            stack.pop()
            open_now.discard(number)
            depth[number] = best[number]
            if stack:
                best[stack[-1][0]] = max(best[stack[-1][0]], best[number] + 1)


def _refused(what: str) -> DocumentError:
    return DocumentError("too_large", what, "正常的表不会这样；请向提供者核实文件，或用 PDF 阅读器打开后另存一份再试")

"""jixiao (绩效): budget-performance forms into tidy, typed, checked data.

`jixiao.read` reads one file, `jixiao.convert` many into a folder, `jixiao.compare` lays one year beside
another. Names are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jixiao.version import __version__

if TYPE_CHECKING:
    from jixiao.comparing import Changes, compare
    from jixiao.extract.errors import DocumentError
    from jixiao.reading import Result, convert, read

__all__ = ["Changes", "DocumentError", "Result", "__version__", "compare", "convert", "read"]


def __getattr__(name: str) -> object:
    if name in ("Changes", "compare"):
        from jixiao import comparing

        return getattr(comparing, name)
    if name == "DocumentError":
        from jixiao.extract import errors

        return errors.DocumentError
    if name in __all__:
        from jixiao import reading

        return getattr(reading, name)
    raise AttributeError(f"module 'jixiao' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

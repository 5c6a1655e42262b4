"""The parts of an Office file (a zip of XML) within bounds: nothing is unpacked to disk, fetched or expanded.

Sizes are looked at before a part is unpacked and again while it is, since a zip's directory may lie.
A document type declaration is refused, since no Office program writes one and entities are what bombs are
made of. Links to elsewhere, macros and embedded objects are never opened.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from jixiao.extract.errors import DocumentError, zip_said
from lxml import etree

MAX_BYTES = 64 * 1024 * 1024
"""An Office file larger than this is refused: a form is a few ten kilobytes, pictures in it a few megabytes."""
MAX_PART = 32 * 1024 * 1024
"""A part that unpacks to more is refused; a thousand forms on one sheet are 10 MiB."""
MAX_TAGS = 3_000_000
"""A part with more opening brackets is refused: each element costs a hundred bytes, however short it is written."""
MAX_PARTS = 20_000
MAX_RATIO = 300
"""A part of more than 4 MiB that was packed more than so many times is a bomb; real sheets reach 50."""

_STEP = "请用 Excel 或 Word 打开，另存为新的文件后再转换"
_FAULTS = (BadZipFile, ZlibError, LZMAError, ValueError, RuntimeError, EOFError, NotImplementedError, OSError, KeyError)


class Container:
    """The parts of one Office file by name, read when asked for."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise too_large(f"文件有 {len(data) / 2**20:.0f} MiB", MAX_BYTES)
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except _FAULTS as error:
            raise DocumentError("unreadable", f"文件不完整或已损坏（{zip_said(error)}）", _STEP) from error
        infos = self._zip.infolist()
        if len(infos) > MAX_PARTS:
            raise DocumentError("too_large", f"内有 {len(infos)} 个部件，上限为 {MAX_PARTS}", _STEP)
        self._parts: dict[str, ZipInfo] = {}
        for info in infos:
            # Some writers use backslashes, and Office does not mind the case of a part's name.
            self._parts.setdefault(info.filename.replace("\\", "/").lstrip("/").lower(), info)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def part(self, name: str) -> bytes:
        """Return the bytes of the part *name*; raise DocumentError if it is missing, damaged or too large."""
        info = self._parts.get(name.lower())
        if info is None:
            raise DocumentError("unreadable", f"缺少部件 {name}", _STEP)
        if info.file_size > MAX_PART:
            raise too_large(f"部件 {name} 解开后有 {info.file_size / 2**20:.0f} MiB", MAX_PART)
        if info.file_size > 4 * 2**20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise DocumentError(
                "too_large",
                f"部件 {name} 压缩比异常（{info.compress_size} 字节解开为 {info.file_size / 2**20:.0f} MiB），疑为压缩炸弹",
                "请核对文件来源",
            )
        if info.flag_bits & 0x1:
            raise DocumentError("encrypted", "文件有密码", "请去掉密码后再转换")
        try:
            with self._zip.open(info) as file:
                data = file.read(MAX_PART + 1)
        except _FAULTS as error:
            raise DocumentError("unreadable", f"部件 {name} 已损坏（{zip_said(error)}）", _STEP) from error
        if len(data) > MAX_PART:
            raise too_large(f"部件 {name} 解开后超过 {MAX_PART // 2**20} MiB", MAX_PART)
        return data

    def tree(self, name: str) -> etree._Element:
        """Return the root of the XML part *name*."""
        return xml_root(self.part(name), f"部件 {name}")

    def elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of the part whose local name is one of *tags*, as they are read; each is then dropped."""
        data = self.part(name)
        _refuse_too_many(data, f"部件 {name}")
        source = io.BytesIO(data)
        wanted = frozenset(tags)
        first = True
        try:
            for event, element in etree.iterparse(
                source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            ):
                if first:
                    _refuse_declarations(element, f"部件 {name}")
                    first = False
                if event == "end" and local(element) in wanted:
                    yield element
                    element.clear()
                    while (before := element.getprevious()) is not None:
                        parent = element.getparent()
                        if parent is None:
                            break
                        parent.remove(before)
        except etree.XMLSyntaxError as error:
            raise _broken(f"部件 {name}", error) from error

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return id → (last word of the type, name of the part) of the relations of the part *name*.

        Relations that lead out of the file are left out: nothing outside is ever opened.
        """
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        if rels not in self:
            return {}
        found = {}
        for one in self.tree(rels).iter("{*}Relationship"):
            target = one.get("Target", "")
            if one.get("TargetMode", "").lower() == "external" or not target:
                continue
            target = target.replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], path)
        return found

    def related(self, name: str, kind: str) -> list[str]:
        """Return the parts that the part *name* is related to by *kind*, those that are there."""
        return [path for sort, path in self.relations(name).values() if sort == kind and path in self]

    def main(self) -> str:
        """Return the name of the part that everything else hangs on."""
        found = self.related("", "officeDocument")
        if not found:
            raise DocumentError("unreadable", "找不到文件的主体部件", _STEP)
        return found[0]


def xml_root(data: bytes, what: str) -> etree._Element:
    """Return the root of an XML text within the same bounds; *what* names it in an error."""
    _refuse_too_many(data, what)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise _broken(what, error) from error
    if root is None:
        raise DocumentError("unreadable", f"{what}没有内容", _STEP)
    _refuse_declarations(root, what)
    return root


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; strict and transitional files differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """Return the attribute of that local name, whatever its namespace, or an empty text."""
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def too_large(what: str, limit: int) -> DocumentError:
    """Return the error for what is larger than *limit* bytes."""
    return DocumentError("too_large", f"{what}，上限为 {limit // 2**20} MiB", "请核对文件，或拆成较小的文件")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def _refuse_too_many(data: bytes, what: str) -> None:
    if data.count(b"<") > MAX_TAGS:
        raise DocumentError("too_large", f"{what}的元素超过 {MAX_TAGS} 个", "请确认这是绩效表，或拆成较小的文件")


def _refuse_declarations(element: etree._Element, what: str) -> None:
    if element.getroottree().docinfo.doctype:
        raise DocumentError("unreadable", f"{what}含有文档类型声明，正常的文件没有", "请核对文件来源")


def _broken(what: str, error: etree.XMLSyntaxError) -> DocumentError:
    line, column = error.position
    return DocumentError("unreadable", f"{what}第 {line} 行第 {column} 字起不是合格的 XML", _STEP)

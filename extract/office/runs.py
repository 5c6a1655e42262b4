"""The text of a Word paragraph as Word shows it: runs, fields, symbols, equations, and what is not to be read.

Text that was deleted, struck out or hidden does not count, nor do the instructions of fields; raised digits stay
raised, since 10³ is not 103.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jixiao.extract.errors import DocumentError
from jixiao.rules.records import Finding
from lxml import etree

from .container import attribute, local
from .lists import child, value_of
from .numerals import raised

MAX_NESTING = 200
_NAMED = 3

_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delInstrText", "delText", "pPr", "rPr", "proofErr", "sdtPr", "Fallback", "rt", "rubyPr"}
)
_BOXES = {
    "F0FE": "☑", "F052": "☑", "F054": "☑", "F0FD": "☒", "F051": "☒", "F053": "☒", "F0A8": "□", "F06F": "□",
    "F0A3": "□", "F02A": "□", "F0FC": "√", "F050": "√", "F0FB": "×",
}  # fmt: skip
"""Characters of the Wingdings fonts that forms use for boxes and ticks."""
_SIGNS = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0B9": "≠", "F0B0": "°", "F03D": "=", "F03C": "<", "F03E": ">"}
"""Characters of the font Symbol; the same numbers are other characters there."""
_PICTURES = frozenset({"pic", "imagedata", "chart", "relIds"})
_ROOTS = frozenset({"f", "sSup", "sSub", "rad", "d"})
_MATH = "math"


@dataclass(slots=True)
class Facts:
    """What is worth a word about a document: counts, and the first texts that were left out."""

    deleted: int = 0
    inserted: int = 0
    hidden: int = 0
    unfilled: int = 0
    pictures: int = 0
    objects: int = 0
    struck: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings, the most serious first."""
        found = []
        if self.deleted or self.inserted:
            message = f"有未接受的修订（插入 {self.inserted} 处，删除 {self.deleted} 处）：按插入有效、删除无效读取；请核对"
            found.append(Finding("tracked_changes", "warning", message))
        if self.struck:
            found.append(Finding("struck_text", "warning", struck_message(self.struck)))
        if self.objects:
            message = f"有 {self.objects} 处嵌入的对象（如插入的工作表），其内容没有读入；请打开后另存，单独转换"
            found.append(Finding("embedded_not_read", "warning", message))
        if self.pictures:
            message = f"有 {self.pictures} 处图片，其中的文字没有读入；若表格是图片，请把它另存为图片或 PDF 后转换"
            found.append(Finding("pictures_not_read", "info", message))
        if self.hidden:
            found.append(Finding("hidden_text", "info", f"有 {self.hidden} 处隐藏文字，没有读入"))
        if self.unfilled:
            found.append(Finding("control_not_filled", "info", f"有 {self.unfilled} 处内容控件没有填写，只有提示语，按空白读取"))
        if self.notes:
            message = f"有 {len(self.notes)} 处脚注或尾注，注文没有读入：{listed(self.notes)}"
            found.append(Finding("notes_not_read", "info", message))
        return tuple(found)


def struck_message(texts: list[str]) -> str:
    """Return the question about *texts* that are struck out."""
    return f"有 {len(texts)} 处带删除线的文字，按已删去处理，没有读入：{listed(texts)}；请核对"


def listed(texts: list[str]) -> str:
    """Return the first of *texts*, in quotation marks and cut short."""
    shown = "、".join(f"“{text[:20]}{'…' if len(text) > 20 else ''}”" for text in texts[:_NAMED] if text)
    return shown + (" 等" if len(texts) > _NAMED else "") or "（空）"


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it is gathered: its text, what was struck out of it, and the contents of its text boxes."""

    parts: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    _fields: list[bool] = field(default_factory=list)
    """The fields whose end has not come yet: whether their instruction still goes on."""
    _codes: int = 0
    _swallowed: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def write(self, text: str) -> None:
        if text:
            (self._swallowed if self._codes else self.parts).append(text)

    def turn(self, kind: str) -> None:
        """Take a sign of a field: where it begins, where its result begins, where it ends."""
        if kind == "begin":
            self._fields.append(True)
            self._codes += 1
        elif self._fields and kind == "separate":
            self._codes -= self._fields[-1]
            self._fields[-1] = False
        elif self._fields and kind == "end":
            self._codes -= self._fields.pop()
        if not self._codes:
            self._swallowed.clear()

    def close(self) -> None:
        """End the paragraph: what stood in a field that never came to its result is text after all."""
        self.parts += self._swallowed


class Runs:
    """Gathers the text of paragraphs; *hidden_styles* are the styles whose text is hidden."""

    def __init__(self, facts: Facts, hidden_styles: frozenset[str] = frozenset(), notes: dict[str, str] | None = None) -> None:
        self.facts = facts
        self.hidden_styles = hidden_styles
        self.notes = notes or {}

    def read(self, element: etree._Element) -> Paragraph:
        """Return what the paragraph *element* holds."""
        out = Paragraph()
        if value_of(child(child(element, "pPr"), "pStyle")) in self.hidden_styles:
            self.facts.hidden += 1
            return out
        self._gather(element, out, 0)
        out.close()
        return out

    def _gather(self, element: etree._Element, out: Paragraph, depth: int) -> None:
        if depth > MAX_NESTING:
            raise DocumentError("unreadable", "段落内的元素嵌套过深", "请用 Word 打开后另存再转换")
        for part in element:
            kind = local(part)
            if kind in ("del", "moveFrom"):
                self.facts.deleted += 1
            if kind in _SKIPPED or not kind:
                continue
            if kind == "t":
                out.write(part.text or "")
            elif kind in ("tab", "ptab"):
                out.write("\t")
            elif kind in ("br", "cr"):
                out.write("\n")
            elif kind == "noBreakHyphen":
                out.write("-")
            elif kind == "sym":
                out.write(_symbol(attribute(part, "char").upper(), attribute(part, "font")))
            elif kind == "fldChar":
                self._field(part, out)
            elif kind in ("footnoteReference", "endnoteReference"):
                self.facts.notes.append(self.notes.get(f"{kind[:-9]} {attribute(part, 'id')}", ""))
            elif kind == "txbxContent":
                out.boxes.append(part)
            elif kind == "textpath":
                out.write(attribute(part, "string"))
            elif kind == "OLEObject":
                self.facts.objects += 1
            elif kind in _PICTURES:
                self.facts.pictures += 1
            elif kind == "r":
                self._run(part, out, depth)
            elif kind == "sdt" and unfilled(part):
                self.facts.unfilled += 1
            elif kind in _ROOTS and _MATH in part.tag:
                self._math(kind, part, out, depth)
            elif kind != "AlternateContent":
                if kind in ("ins", "moveTo"):
                    self.facts.inserted += 1
                self._gather(part, out, depth + 1)
            else:
                # The same picture or box twice, for new and for old programs: the first is enough.
                choice = child(part, "Choice")
                self._gather(part if choice is None else choice, out, depth + 1)

    def _run(self, run: etree._Element, out: Paragraph, depth: int) -> None:
        properties = child(run, "rPr")
        if properties is None:
            self._gather(run, out, depth + 1)
            return
        if is_on(child(properties, "vanish")) or value_of(child(properties, "rStyle")) in self.hidden_styles:
            self.facts.hidden += 1
            return
        struck = is_on(child(properties, "strike")) or is_on(child(properties, "dstrike"))
        raise_it = value_of(child(properties, "vertAlign")) == "superscript" and bool(out.parts)
        fonts = child(properties, "rFonts")
        font = "" if fonts is None else (attribute(fonts, "ascii") or attribute(fonts, "hAnsi"))
        symbols = font.lower() == "symbol" or font.lower().startswith("wingdings")
        if not (struck or raise_it or symbols):
            self._gather(run, out, depth + 1)
            return
        inner = Paragraph()
        inner.boxes = out.boxes
        signs = [one for one in run if local(one) == "fldChar"]
        if signs:  # a field begins or ends here: its signs belong to the paragraph
            self._gather(run, out, depth + 1)
            return
        self._gather(run, inner, depth + 1)
        text = inner.text
        if symbols:
            text = "".join(_in_symbols(ch, font) for ch in text)
        if struck:
            if text.strip():
                out.struck.append(text.strip())
                self.facts.struck.append(text.strip())
            return
        out.write(raised(text) if raise_it else text)

    def _field(self, sign: etree._Element, out: Paragraph) -> None:
        """Take the sign of a field; an old form's tick box or list shows what it is set to."""
        kind = attribute(sign, "fldCharType")
        data = child(sign, "ffData")
        if kind == "begin" and data is not None:
            box, choice = child(data, "checkBox"), child(data, "ddList")
            if box is not None:
                checked = child(box, "checked")
                out.write("☑" if is_on(checked if checked is not None else child(box, "default")) else "□")
            elif choice is not None:
                entries = [value_of(e) for e in choice if local(e) == "listEntry"]
                at = value_of(child(choice, "result")) or value_of(child(choice, "default")) or "0"
                if at.isascii() and at.isdigit() and len(at) < 6 and int(at) < len(entries):
                    out.write(entries[int(at)])
        out.turn(kind)

    def _math(self, kind: str, element: etree._Element, out: Paragraph, depth: int) -> None:
        """Write a fraction, a power, a root or brackets of an equation on one line."""

        def part(name: str) -> str:
            inner = Paragraph()
            found = child(element, name)
            if found is not None:
                self._gather(found, inner, depth + 1)
            return inner.text.strip()

        if kind == "f":
            out.write("/".join(f"({t})" if len(t) > 1 and not t.isalnum() else t for t in (part("num"), part("den"))))
        elif kind == "sSup":
            power = part("sup")
            lifted = raised(power)
            out.write(part("e") + (lifted if lifted != power else f"^{power}"))
        elif kind == "sSub":
            out.write(part("e") + part("sub"))
        elif kind == "rad":
            out.write(f"{raised(part('deg'))}√{part('e')}")
        else:
            marks = child(element, "dPr")
            begin, end = child(marks, "begChr"), child(marks, "endChr")
            out.write("(" if begin is None else value_of(begin))
            self._gather(element, out, depth + 1)
            out.write(")" if end is None else value_of(end))


def unfilled(control: etree._Element) -> bool:
    """Tell whether a content control shows the words that ask to fill it in; rows of a table never are such."""
    properties = child(control, "sdtPr")
    return is_on(child(properties, "showingPlcHdr")) and next(control.iter("{*}tr"), None) is None


def is_on(element: etree._Element | None) -> bool:
    """Tell whether a property is there and not switched off."""
    return element is not None and value_of(element) not in ("0", "false", "off")


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """Return the styles of a document whose text is hidden, those based on such ones too."""
    if styles is None:
        return frozenset()
    own: dict[str, bool | None] = {}
    bases: dict[str, str] = {}
    for style in styles.iterchildren("{*}style"):
        key = attribute(style, "styleId")
        vanish = child(child(style, "rPr"), "vanish")
        own[key] = None if vanish is None else is_on(vanish)
        bases[key] = value_of(child(style, "basedOn"))
    hidden = set()
    for key in own:
        at, seen = key, set[str]()
        while at in own and own[at] is None and at not in seen and len(seen) < 20:
            seen.add(at)
            at = bases[at]
        if own.get(at):
            hidden.add(key)
    return frozenset(hidden - {""})


def _in_symbols(ch: str, font: str) -> str:
    """Return what *ch* looks like in a font of symbols: R is a ticked box in Wingdings 2; others stay as they are."""
    code = ord(ch)
    if code > 0xFF and not 0xF000 <= code <= 0xF0FF:
        return ch
    known = _SIGNS if font.lower() == "symbol" else _BOXES
    return known.get(f"F0{code & 0xFF:02X}", "□" if code > 0xFF else ch)


def _symbol(code: str, font: str) -> str:
    """Return a symbol's character; a box for those of unknown fonts."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    symbols = font.lower() == "symbol" or font.lower().startswith("wingdings")
    if symbols and number <= 0xFF:
        number += 0xF000  # Word writes F0A3, others 00A3
    known = (_SIGNS if font.lower() == "symbol" else _BOXES).get(f"{number:04X}")
    if known is not None:
        return known
    return "□" if 0xE000 <= number <= 0xF8FF or number > 0xFFFF or 0xD800 <= number < 0xE000 else chr(number)

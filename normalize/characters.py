"""Repair of single characters: code points that are not what was meant, or that nobody can see.

Deliberately narrower than NFKC, which also turns 10² into 102, ㎡ into m2, ① into 1 and Chinese
punctuation into ASCII, and yet leaves 113 of the CJK radicals that stand in PDFs' text layers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from .values import Repaired
from .vocabulary import load

# Equivalent_Unified_Ideograph (Unicode 14) of U+2E80–2EF3, in order. A blank has none: U+2E80 is a
# repeat mark, U+2E9A is not assigned.
_RADICALS = (
    " 厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵 旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹"
    "纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠"
    "饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# The same property for U+2F00–2FD5, with one departure: U+2F3E is 户 here and not 戶, because Noto
# CJK SC draws ⼾ and 户 with one glyph, so that 用户 comes out of a PDF as 用⼾.
_KANGXI = (
    "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工"
    "己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉"
    "瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行"
    "衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯"
    "鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"
)

_RADICAL_TABLE = {
    first + offset: ideograph
    for first, row in ((0x2E80, _RADICALS), (0x2F00, _KANGXI))
    for offset, ideograph in enumerate(row)
    if ideograph != " "
}


def _fold_compatibility(match: re.Match[str]) -> str:
    # NFC, not NFKC: each of these has a canonical singleton, and the twelve true ideographs among
    # them (U+FA0E …) have none and stay.
    return unicodedata.normalize("NFC", match[0])


def _fold_radical(match: re.Match[str]) -> str:
    return _RADICAL_TABLE[ord(match[0])]


def _mend_surrogate(match: re.Match[str]) -> str:
    pair = match[0]
    if len(pair) == 1:
        return ""
    return chr(0x10000 + ((ord(pair[0]) - 0xD800) << 10) + (ord(pair[1]) - 0xDC00))


# In order. No step makes work for an earlier one, so that a second run changes nothing.
_STEPS: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (name, re.compile(pattern), replace)
    for name, pattern, replace in (
        # A pair of halves is one character that a 16-bit reader cut in two; a lone half is nothing,
        # and no file, database or JSON takes it.
        ("surrogate", r"[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]", _mend_surrogate),
        # Word's soft break is \v, pdftotext's page break a \f after a newline.
        ("line_break", r"\r\n?|[\x0b\x85\u2028\u2029]|(?<=[^\n])\x0c(?=[^\n])", "\n"),
        ("control", r"[\x00-\x08\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]", ""),
        (
            "zero_width",
            r"[\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff"
            r"\ufff9-\ufffb\U000e0000-\U000e01ef]",
            "",
        ),
        ("bidi", r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", ""),
        ("radical", r"[\u2e81-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5]", _fold_radical),
        (
            "compatibility",
            r"[\uf900-\ufa0d\ufa10\ufa12\ufa15-\ufa1e\ufa20\ufa22\ufa25\ufa26\ufa2a-\ufa6d\ufa70-\ufad9"
            r"\U0002f800-\U0002fa1d]",
            _fold_compatibility,
        ),
        ("odd_space", r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]", " "),
    )
)
_ODD = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\u00ad\u034f\u061c\u1680\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u2e81-\u2e99\u2e9b-\u2fd5\u3000\ud800-\udfff\uf900-\ufad9\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\U0002f800-\U0002fa1d\U000e0000-\U000e01ef]"
)


def repair_characters(text: str) -> Repaired:
    """Return *text* with unseen and mistaken code points mended, and the names of the steps that did so.

    Steps, in order: surrogate, line_break (``\\r\\n``, ``\\v``, U+2028 … become ``\\n``), control,
    zero_width, bidi, radical, compatibility, odd_space (no-break, U+2000–200A, U+3000 become a plain
    space).
    ㎡ 10² ① ＝ （） “” and Chinese punctuation stay; so do tabs, private-use characters and U+FFFD,
    which are evidence. Running it again changes nothing.

    >>> repair_characters("⻓期⽬标\\u200b　≥10²㎡")
    Repaired(text='长期目标 ≥10²㎡', steps=('zero_width', 'radical', 'odd_space'))
    >>> repair_characters("预算执行率＝100%").steps
    ()
    """
    if _ODD.search(text) is None:
        return Repaired(text)
    steps = []
    for name, pattern, replace in _STEPS:
        mended = pattern.sub(replace, text)
        if mended != text:
            steps.append(name)
            text = mended
    return Repaired(text, tuple(steps))


_FULL_WIDTH = re.compile("[\\uff01-\\uff5e]")
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def fold_width(text: str) -> str:
    """Return *text* with full-width ASCII folded to ASCII; all else untouched, the length too.

    Deliberately narrower than NFKC, which would also turn "㎡" into "m2".

    >>> fold_width("＝１００％，10³㎡")
    '=100%,10³㎡'
    """
    if _FULL_WIDTH.search(text) is None:
        return text
    return text.translate(_TO_ASCII)


@cache
def _to_simplified() -> dict[int, int]:
    data = load("traditional")
    return str.maketrans(data["traditional"], data["simplified"])


def fold_traditional(text: str) -> str:
    """Return *text* with traditional characters folded to simplified ones, one for one; the length stays.

    Only to match vocabulary by: which of several characters was meant is not asked, and what is reported stays as
    printed. A text that GB 2312 can hold has none (於 alone is in it), and costs no table.

    >>> fold_traditional("項目支出績效目標表（2024年度）"), fold_traditional("不低於95%")
    ('项目支出绩效目标表（2024年度）', '不低于95%')
    """
    if "於" not in text:
        try:
            text.encode("gb2312")
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.translate(_to_simplified())


# East Asian Width "ambiguous", yet drawn narrow: Chinese fonts lack them, a Latin one steps in.
_NARROW_AMBIGUOUS = frozenset("¹²³ªº¼½¾")


class _Widths(dict[str, int]):
    """Widths by character, filled as they are met."""

    def __missing__(self, character: str) -> int:
        if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc", "Cs"):
            width = 0
        elif character in _NARROW_AMBIGUOUS or unicodedata.east_asian_width(character) not in "WFA":
            width = 1
        else:
            width = 2
        # Hostile text could hold every code point there is.
        if len(self) < 30_000:
            self[character] = width
        return width


_WIDTHS = _Widths()


def display_width(text: str) -> int:
    """Return how many columns *text* takes in a Chinese font: CJK and full-width 2, ASCII 1.

    Characters of ambiguous width (“ ” ‘ ’ … — ≥ ① × °) count 2, as Song and Hei draw them.
    Marks without a width of their own count 0.

    >>> display_width("做“优”"), display_width("≥95%")
    (8, 5)
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_WIDTHS.__getitem__, text))


def without_spaces(text: str) -> str:
    """Return *text* without any white space, U+3000 and line breaks too. Labels are compared so.

    >>> without_spaces("机构设置及\\n　人员配置")
    '机构设置及人员配置'
    """
    return "".join(text.split())

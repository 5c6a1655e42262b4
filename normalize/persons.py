"""Where a text names a person or a telephone: behind a label, right before a number, or as one who does something.

A name with nothing of that beside it (由…负责, …同志) cannot be told from other words and is not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from .words import tokenizer

_COMMON = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁沈任姚卢姜崔钟谭"
    "陆汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康"
)
_RARE = (
    "安柏包鲍毕卞卜步仓岑柴昌车储褚楚丛单党狄刁窦樊费丰封凤伏符傅甘干葛耿宫巩古谷关管海邯杭洪花华怀桓宦霍嵇吉纪季冀简"
    "焦揭解靳荆景居鞠阚柯寇匡况邝蓝郎劳乐冷练连廉凌柳娄鲁路栾麻满茅梅门蒙米宓苗闵明缪牟穆那倪聂宁牛农欧庞裴皮平蒲浦戚"
    "齐祁强乔屈瞿曲权全饶冉荣阮芮赛桑沙尚佘申盛施时舒束司宿隋索谈檀滕佟童涂屠宛危卫蔚温文闻翁巫邬伍奚席习项辛邢幸宣燕"
    "颜晏羊阳仰伊易阴殷银应游尤俞虞喻郁元原苑岳云臧查翟詹展湛章招甄支植仲竺祝庄卓宗祖左晁艾敖巴边池仇淳达代邸鄂房冶盖"
    "呼扈计晋井敬蔺令鹿逯仵鲜相"
)
"""Surnames: the hundred commonest, and others; a word that begins with one of these must be no word of the dictionary."""
_DOUBLE = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|夏侯|令狐|长孙|宇文|轩辕|端木|南宫|西门|呼延|百里|独孤|拓跋|淳于|闻人|澹台"
)
_HAN = "㐀-鿿"
_GAP = r"[^\S\n]{0,4}"
_NAME = (
    f"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_COMMON}{_RARE}](?:[{_HAN}]{{1,2}}|[ 　]{{1,4}}[{_HAN}])"
    f"|[{_HAN}]{{2,10}}[·•][{_HAN}]{{2,10}})"
)
_MOBILE = r"1[3-9]\d(?:\d{8}|[-\s]\d{4}[-\s]\d{4})"
_NO_COUNT = r"(?![\d.%％A-Za-z]|\s?[万亿千百]?[元平立公户人个次家件项])"
_PHONE = (
    r"(?<![A-Za-z\d.≥≤=＝<>＜＞~～-])(?:0\d{2,3}\s?[-—－]\s?\d{7,8}(?:\s?[-转]\s?\d{1,6})?|[(（]0\d{2,3}[)）]\s?\d{7,8}"
    rf"|{_MOBILE}){_NO_COUNT}"
)
_TOLD_PHONE = rf"(?:{_PHONE}|(?:0\d{{2,3}}[-—－]?)?\d{{7,8}}(?:[-转]\d{{1,6}})?(?![\d.%％A-Za-z{_HAN}]))"
"""What a label says is a telephone may be shorter."""
_SURE_PHONE = re.compile(_PHONE)
_ONE_NAME = re.compile(_NAME)
_BEFORE = re.compile(rf"([{_HAN}]{{2,4}}){_GAP}[(（]?{_GAP}$")
_NO_NUMBER = re.compile(r"(?:代码|编码|编号|文号|账号|帐号|证号|卡号)[:：]?\s{0,4}$")
_NO_NAME = re.compile(
    "[室局科处部厅委站所办组队司校院系员长行区县市镇乡村股馆方商企者]$|(?:中心|公司|协会|学会|商会|工会|本级|单位|全体|干部|经理|任务|主任|书记)$|.{2}会$"
)
_PHONE_WORDS = ("电话", "手机", "传真", "联系方式", "号码")
_PHONE_LABEL = re.compile(
    rf"(?P<label>(?:联系|办公|移动|固定|值班|服务|咨询|监督|举报|热线)?(?:{'|'.join(_PHONE_WORDS)})(?:[（(][{_HAN}]{{1,8}}[）)])?)"
    rf"{_GAP}(?:[:：]|为|是)?\s{{0,4}}(?P<value>{_TOLD_PHONE})"
)
_OFFICES = "室局科处股部院"
_TITLES = (*(f"{office}长" for office in "局科处股院校部站所镇乡县"), "主任", "同志", "先生", "女士", "老师", "书记", "经理")
_DOES = re.compile(
    rf"(?:由(?!于)|经)(?P<does>{_NAME})(?=(?:同志|局长|主任|书记)?(?:负责|牵头|审核|审批|签字|核定|经办|承办|主持|具体|审定|联系|对接))"
    rf"|(?<![{_HAN}])(?P<called>{_NAME})(?=同志|先生|女士)"
)
_LONGEST_BEFORE = 12
_SELDOM = 160  # the dictionary knows some names too, and has them as often as this at most


@dataclass(frozen=True, slots=True)
class Person:
    """A name or a telephone in a text: ``text[start:stop]`` is *value*, *label* what is printed before it, or empty."""

    start: int
    stop: int
    label: str
    value: str


def find_persons(text: str, labels: Sequence[str]) -> list[Person]:
    """Return the persons and telephones that *text* names, in order; *labels* are the words persons' names stand behind.

    >>> [(one.label, one.value) for one in find_persons("完成培训，联系人：张三丰，电话 0513-85210000。", ("联系人", "电话"))]
    [('联系人', '张三丰'), ('电话', '0513-85210000')]
    >>> [(one.label, one.value) for one in find_persons("由袁华13612345678核定", ("联系人", "电话"))]
    [('', '袁华13612345678')]
    >>> [one.value for one in find_persons("由马冬梅负责，经党委审批，由施工方负责整改，由于时间具体，夏洛同志牵头", ())]
    ['马冬梅', '夏洛']
    >>> find_persons("负责人：财务科；电话普及率≥95%，覆盖13800000000人", ("负责人", "电话"))
    []
    """
    found = [*_behind_labels(text, tuple(labels)), *_telephones(text), *_doing(text)]
    kept: list[Person] = []
    for one in sorted(found, key=lambda person: (person.start, -person.stop)):
        if not kept or one.start >= kept[-1].stop:
            kept.append(one)
    return kept


def _behind_labels(text: str, labels: tuple[str, ...]) -> Iterator[Person]:
    """Yield the names behind a person's label, with a number right behind them."""
    if not any(word in text for word in labels):
        return
    for match in _name_label(labels).finditer(text):
        names = match["names"]
        for one in _ONE_NAME.finditer(names):
            if not _is_name(one[0], labelled=True):
                names = names[: one.start()].rstrip("、，,/ 　")
                break
        if names:
            yield Person(match.start("names"), match.start("names") + len(names), match["label"], names)


def _doing(text: str) -> Iterator[Person]:
    """Yield those by whom something is done: 由马冬梅负责, 夏洛同志."""
    for match in _DOES.finditer(text):
        kind = "does" if match["does"] else "called"
        if _is_name(match[kind], labelled=False):
            yield Person(*match.span(kind), "", match[kind])


def _telephones(text: str) -> Iterator[Person]:
    """Yield the telephone numbers, with the name that stands right before one."""
    for match in _PHONE_LABEL.finditer(text):
        yield from _name_before(text, match.start())
        yield Person(match.start("value"), match.end("value"), match["label"], match["value"])
    for match in _SURE_PHONE.finditer(text):
        start, stop = match.span()
        if _NO_NUMBER.search(text, max(0, start - _LONGEST_BEFORE), start) is not None:
            continue
        for one in _name_before(text, start):
            start = one.start
            stop += text[start:stop].count("（") > text[start:stop].count("）") and text[stop : stop + 1] == "）"
        yield Person(start, stop, "", text[start:stop])


def _name_before(text: str, stop: int) -> Iterator[Person]:
    """Yield the name that ends right before a number or its label, if there is one."""
    before = _BEFORE.search(text, max(0, stop - _LONGEST_BEFORE), stop)
    for size in (4, 3, 2) if before is not None else ():
        name = before[1][-size:] if before is not None else ""
        if len(name) == size and _ONE_NAME.fullmatch(name) is not None and _is_name(name, labelled=False):
            start = before.end(1) - size if before is not None else 0
            yield Person(start, start + size, "", name)
            return


def names_in(text: str) -> list[str]:
    """Return what a person's field gives as names, without numbers and offices.

    >>> names_in("张三丰 0513-85210000"), names_in("欧阳修、李四光（财务科）"), names_in("办公室")
    (['张三丰'], ['欧阳修', '李四光'], [])
    """
    runs = ("".join(run.split()) for run in re.findall(rf"(?:[{_HAN}·•]|(?<=[{_HAN}])[ 　]+(?=[{_HAN}]))+", text))
    return [run for run in runs if _ONE_NAME.fullmatch(run) is not None and _is_name(run, labelled=True)]


def is_no_word(text: str, often: int = 0) -> bool:
    """Tell whether the dictionary does not know *text* as a word, or its texts have it no more than *often* times."""
    return int(tokenizer().FREQ.get(text) or 0) <= often


def _is_name(name: str, *, labelled: bool) -> bool:
    """Tell whether what has a name's shape is no office and no other word."""
    if "·" in name or "•" in name:
        return True
    name = "".join(name.split())
    if _NO_NAME.search(name) is not None:
        return False
    if labelled and (len(name) > 2 or name[0] in _COMMON):
        return True
    return is_no_word(name, _SELDOM)


@cache
def _name_label(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Match a label, a colon and names, each with its number if there is one; or a label, a name and its number."""
    words = sorted((w for w in labels if "人" in w or not any(p in w for p in _PHONE_WORDS)), key=lambda w: (-len(w), w))
    label = rf"(?P<label>(?:{'|'.join(map(re.escape, words))})(?:[（(][{_HAN}]{{1,8}}[）)]|[{_HAN}/、]{{0,6}}?))"
    behind = "|".join(map(re.escape, (*words, *_PHONE_WORDS, *_TITLES)))
    phone = rf"{_GAP}[（(]?{_GAP}{_TOLD_PHONE}(?:{_GAP}[）)])?"
    name = rf"{_NAME}(?=[^{_HAN}]|$|{behind}|联系|办公)(?:{phone})?"
    colon = rf"(?:{_GAP}[:：]\s{{0,4}}(?:[{_HAN}]{{1,8}}[{_OFFICES}])?|{_GAP}(?={_NAME}{phone}))"
    return re.compile(rf"{label}{colon}(?P<names>{name}(?:{_GAP}[、，,；;/ 　]{_GAP}{name}){{0,9}})")

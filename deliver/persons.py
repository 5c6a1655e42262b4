"""A form without what names persons or their telephones, wherever it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from jixiao.extract.persons import COVERED, each_text, person_labels
from jixiao.rules.families import GENERAL, load_families
from jixiao.rules.records import Form, Text

HIDDEN = "（涉及个人，从略）"
_TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-—]?\d{7,8}|1[3-9]\d{9}|\d{7,8})(?!\d|\.\d)")
_SURELY_TELEPHONE = re.compile(
    r"(?<![\d.])(?:0\d{2,3}\s?[-—]\s?\d{7,8}|[(（]0\d{2,3}[)）]\s?\d{7,8}|1[3-9]\d[-\s]?\d{4}[-\s]?\d{4})"
    r"(?![\d.]|\s?[万亿]?元)"
)
_NAME = re.compile("[㐀-鿿]{2,4}")
_NO_NAME = re.compile("[室局科处部院校厅委会站所办组队心司行]|先生|女士|同上")
_CHINESE = "㐀-鿿·"


def without_personal(form: Form) -> Form:
    """Return *form* without what names persons or their telephones: personal fields go, and in all other text they are covered.

    Covered are the values of personal fields, telephone numbers, and what stands behind a person's label and a colon
    or right before a telephone number. An unread line that holds such a number, or a label that persons' names stand
    behind, stays as a line without its text.
    """
    gone = {head.seq for head in form.fields if head.personal}
    values = [head.value for head in form.fields if head.personal]
    secrets = {one for text in values for one in (text.value, text.raw, *text.raw.split("\n")) if len(one.strip()) > 1}
    secrets |= {found[0] for one in secrets for found in _NAME.finditer(one) if _NO_NAME.search(found[0]) is None}
    secrets |= {found[0] for one in secrets for found in _TELEPHONE.finditer("".join(one.split()))}
    words = _personal_words()

    def names(text: str) -> bool:
        squeezed = "".join(text.split())
        return (
            _TELEPHONE.search(squeezed) is not None
            or any(word in squeezed for word in words)
            or any(secret in text for secret in secrets)
        )

    hidden = {one.text for one in form.unread if names(one.text)}
    covered = sorted({*secrets, *hidden, *(text[:20] for text in hidden)}, key=lambda s: (-len(s), s))

    def masked(text: str) -> str:
        for secret in covered:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        text = _SURELY_TELEPHONE.sub(HIDDEN, text.replace(COVERED, HIDDEN))
        return _labelled().sub(lambda found: (found["label"] or found["before"] or "") + HIDDEN, text)

    def covering(text: Text) -> Text:
        value = masked(text.value)
        same = value == text.value and masked(text.raw.replace("\n", "")) == text.raw.replace("\n", "")
        return text if same else replace(text, value=value, raw=value)

    kept: Form = each_text(
        replace(form, fields=tuple(head for head in form.fields if not head.personal), findings=(), unread=()),
        covering,
        _as_is,  # figures and days
    )
    kept = replace(kept, funds=tuple(replace(item, parent=masked(item.parent)) for item in kept.funds))
    return replace(
        kept,
        findings=tuple(
            replace(f, message=masked(f.message), expected=masked(f.expected), actual=masked(f.actual))
            for f in form.findings
            if not (f.table == "fields" and f.row_seq in gone)
        ),
        unread=tuple(replace(one, text=HIDDEN) if names(one.text) else one for one in form.unread),
    )


@cache
def _labelled() -> re.Pattern[str]:
    """Match the name between a person's label and a colon, or right before a telephone that is covered already."""
    words = "|".join(map(re.escape, sorted(_personal_words(), key=lambda word: (-len(word), word))))
    name = f"[{_CHINESE}]"
    return re.compile(
        f"(?P<label>(?:{words})[^，。；;,:：\\s]{{0,6}}[:：]\\s{{0,4}})(?:{name}{{2,4}}(?!{name})|{name}{{2,3}})"
        f"|(?P<before>(?:{words})\\s{{0,4}}){name}{{2,4}}(?=\\s{{0,4}}[（(]?{re.escape(HIDDEN)})"
        f"|(?!{name}{{0,2}}(?:电话|手机|号码|热线|致电|拨打|咨询)){name}{{2,3}}(?=\\s{{0,4}}[（(]?{re.escape(HIDDEN)})"
    )


@cache
def _personal_words() -> tuple[str, ...]:
    return person_labels(load_families().known[GENERAL])


def _as_is(text: Text) -> Text:
    return text

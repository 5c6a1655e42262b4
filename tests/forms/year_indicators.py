"""The indicators of a next year: renamed, moved, parted, dropped and added, with targets up and down."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from . import blocks
from .form import Header, Indicator, Target, plain
from .year_rows import Row, Year, number, other_thing, places, reprinted

_SIGNS = {"ge": "≥", "le": "≤", "gt": "＞", "lt": "＜", "eq": "＝"}
_LIMIT = {"ge": 1, "gt": 1, "le": -1, "lt": -1}


class NextIndicators:
    """The making of the grid of one next year."""

    def __init__(self, year: Year) -> None:
        self.year = year

    def rows(self, projects: dict[str, str]) -> tuple[list[Row[Indicator]], list[Header]]:
        rows: list[Row[Indicator]] = []
        headers: list[Header] = []
        seq = 0
        for header in self.year.old.headers:
            segment: list[Row[Indicator]] = []
            for old in self.year.old.indicators[seq : seq + header.rows]:
                seq += 1
                segment += self._indicator(seq, old, projects)
            if all(row.kind == "dropped" for row in segment):
                segment[0].kind = ""
            headers.append(Header(header.wide, sum(row.kind != "dropped" for row in segment)))
            rows += segment
        return rows, headers

    def _indicator(self, seq: int, old: Indicator, projects: dict[str, str]) -> list[Row[Indicator]]:
        rng = self.year.rng
        value = replace(
            old,
            level3=self.year.rolled(old.level3),
            project=projects.get(old.project, self.year.rolled(old.project)),
            half=self._rolled_target(old.half),
            full=self._rolled_target(old.full),
        )
        row = Row((seq,), value)
        if not old.level3:
            return [row]
        if self.year.happens(0.07):
            row.kind = "dropped"
            return [row]
        if self.year.happens(0.05):
            name = other_thing(rng, old.level3)
            if name and name not in self.year.names:
                self.year.names.add(name)
                row.kind = "dropped"
                return [row, Row((), replace(value, level3=name), kind="added")]
        if (
            self.year.happens(0.02)
            and old.full is not None
            and old.full.kind == "number"
            and "和" not in old.level3
        ):
            names = (f"{value.level3}（城区）", f"{value.level3}（镇村）")
            row.value, row.kind = replace(value, level3=names[0]), "split"
            return [row, Row((seq,), replace(value, level3=names[1]), kind="split")]
        if self.year.happens(0.15):
            name = self.year.renamed(value.level3)
            if name:
                row.value = replace(row.value, level3=name)
                row.note("renamed", "level3")
        elif self.year.reprints(0.15):
            row.value = replace(row.value, level3=reprinted(rng, row.value.level3))
        if self.year.happens(0.04):
            others = sorted(
                {
                    (other.level1, other.level2, other.key_work, other.project)
                    for other in self.year.old.indicators
                    if other.level1 == old.level1
                    and other.level2 != old.level2
                    and bool(other.key_work) == bool(old.key_work)
                }
            )
            # Only where the same header stands over both: a row without key work has no cell for one.
            if others and not old.key_work:
                row.value = replace(row.value, level2=rng.choice(others)[1])
                row.note("moved", "level2")
        if self.year.happens(0.35):
            self._retargeted(row)
        elif self.year.reprints(0.3):
            row.value = replace(
                row.value, half=self._printed_again(row.value.half), full=self._printed_again(row.value.full)
            )
        rows = [row]
        if self.year.happens(0.06):
            new = self._new_indicator(value)
            if new is not None:
                rows.append(Row((), new, kind="added"))
        return rows

    def _new_indicator(self, like: Indicator) -> Indicator | None:
        kinds = {"number": "number", "quality": "quality"}.get(like.full.kind if like.full else "", "")
        if not kinds:
            return None
        maker = blocks._GridMaker(self.year.rng, self.year.speaker, ())
        maker.used = self.year.names
        if like.full is not None and like.full.unit == "%":
            kinds = "rate"
        return maker.free(like.level1, like.level2, kinds, like.key_work, like.project)

    def _rolled_target(self, target: Target | None) -> Target | None:
        if target is None or target.kind != "date":
            return target
        return replace(target, raw=self.year.rolled(target.raw), value=target.value.replace(*self.year.years))

    def _printed_again(self, target: Target | None) -> Target | None:
        """Return the same target in another print."""
        if target is None or target.kind != "number" or target.operator not in _SIGNS:
            return target
        if target.raw[:1] not in "≥≤＞＜＝=≧≦﹦":
            return target
        signs = {"ge": "≥≧", "le": "≤≦", "eq": "＝=", "gt": "＞>", "lt": "＜<"}[target.operator]
        return replace(target, raw=self.year.rng.choice(signs) + target.raw[1:])

    def _retargeted(self, row: Row[Indicator]) -> None:
        half, full = row.value.half, row.value.full
        if full is None or half is None:
            return
        if full.kind == "quality" and half.raw == full.raw:
            self._requalified(row, full)
        if (
            full.kind != "number"
            or half.kind != "number"
            or full.operator not in _SIGNS
            or half.unit != full.unit
        ):
            return
        if full.operator != half.operator:
            return
        draw = self.year.rng.random()
        if draw < 0.07 and full.operator in ("ge", "le"):
            strict = {"ge": "gt", "le": "lt"}[full.operator]
            row.value = replace(
                row.value, half=self._put(half, operator=strict), full=self._put(full, operator=strict)
            )
            for period in ("half_year", "full_year"):
                row.note("operator_changed", "operator", period, "tightened")
        elif draw < 0.14 and full.unit.startswith("万") and full.unit != "万元":
            unit = full.unit[1:]
            wide = [
                self._put(one, value=plain(Decimal(one.value) * 10000), unit=unit) for one in (half, full)
            ]
            row.value = replace(row.value, half=wide[0], full=wide[1])
            for period in ("half_year", "full_year"):
                row.note("unit_changed", "unit", period)
        elif draw < 0.2 and full.unit == "%":
            word = self.year.rng.choice(("较高", "良好", "达标"))
            quality = Target(word, "quality")
            row.value = replace(row.value, half=quality, full=quality)
            for period in ("half_year", "full_year"):
                row.note("became_quality", "value", period)
        elif draw < 0.4:
            self._moved_value(row, "half_year", half)
        else:
            self._moved_value(row, "full_year", full)

    def _moved_value(self, row: Row[Indicator], period: str, target: Target) -> None:
        decimals = places(target.value)
        value = Decimal(target.value) * self.year.rng.choice((60, 80, 90, 97, 105, 120)) / 100
        new = number(value, decimals)
        if new == plain(Decimal(target.value)) or (target.unit == "%" and Decimal(new) > 100):
            return
        sign = _LIMIT.get(target.operator, 0)
        up = Decimal(new) > Decimal(target.value)
        direction = ("up" if up else "down") if not sign else "tightened" if up == (sign > 0) else "loosened"
        other = row.value.full if period == "half_year" else row.value.half
        # The half-year is not to stand above the year: that would be another change, a finding.
        if other is None or (Decimal(new) > Decimal(other.value)) == (period == "half_year"):
            return
        changed = self._put(target, value=new)
        key = "half" if period == "half_year" else "full"
        row.value = replace(row.value, **{key: changed})
        row.note("target_changed", "value", period, direction)

    def _put(self, target: Target, **changes: str) -> Target:
        made = replace(target, **changes)
        return replace(made, raw=f"{_SIGNS[made.operator]}{made.value}{made.unit}")

    def _requalified(self, row: Row[Indicator], full: Target) -> None:
        scales = (
            ("健全", "较健全", "基本健全"),
            ("合理", "较合理", "基本合理"),
            ("规范", "较规范", "基本规范"),
            ("高", "较高", "一般"),
            ("良好", "合格"),
            ("有效", "较有效", "基本有效"),
            ("及时", "较及时", "基本及时"),
            ("完善", "较完善", "基本完善"),
            ("科学", "较科学", "基本科学"),
            ("明确", "较明确"),
            ("完整", "较完整"),
        )
        for scale in scales:
            if full.raw not in scale:
                continue
            if self.year.rng.random() < 0.2:
                target = Target("≥90%", "number", "ge", "90", "", "%")
                row.value = replace(row.value, half=target, full=target)
                for period in ("half_year", "full_year"):
                    row.note("became_number", "value", period)
                return
            word = self.year.rng.choice([other for other in scale if other != full.raw])
            up = "up" if scale.index(word) < scale.index(full.raw) else "down"
            row.value = replace(row.value, half=Target(word, "quality"), full=Target(word, "quality"))
            for period in ("half_year", "full_year"):
                row.note("quality_changed", "value", period, up)
            return

"""How words stand in the sentences of one text."""

from jixiao.extract.dump.habits import Habits

TEXT = "（1）推进档案共享，力争新增三家，强化队伍建设。\n力争创建五家、推进修复，力争完成改造；推进培训，推进普查"


def test_what_always_begins_a_clause_is_known_by_it() -> None:
    habits = Habits(TEXT)
    assert habits.begins("推进航道整治") == 1.0
    assert habits.begins("队伍培训") == 0.0


def test_what_never_ends_a_clause_is_counted_and_a_line_end_says_nothing() -> None:
    habits = Habits(TEXT)
    assert habits.never_ends("加强管理、力争") == 3
    assert habits.never_ends("新增三家") == 0
    assert habits.never_ends("推进档案共") == 0  # too seldom to tell


def test_quotation_marks_part_no_words() -> None:
    assert Habits("做“实”品牌，做“强”品牌，做“优”品牌").begins("做“精”关键技术") == 0.0
    assert Habits("，做实品牌，做“实”品质，做实服务").begins("做“实”技术") == 1.0

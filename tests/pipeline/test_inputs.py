"""Files, folders and zips become a list; what cannot be read is on it too."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from jixiao.extract.errors import DocumentError
from jixiao.pipeline import inputs
from jixiao.pipeline.inputs import Input, Reader, find_inputs, printable_name, read_file
from jixiao.pipeline.one import read_bytes
from jixiao.pipeline.store import Store


def list_inputs(paths: Iterable[Path], skip: Path) -> list[Input]:
    """Return what a run takes: each once, by source."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        store.add_inputs(find_inputs(paths, skip))
        return [one for _, one in store.inputs()]


def listed(*paths: Path, skip: Path = Path("nowhere")) -> list[str]:
    return [one.source for one in list_inputs(paths, skip)]


def reasons(*paths: Path) -> dict[str, str]:
    return {
        one.source: one.problem.reason if one.problem else "" for one in list_inputs(paths, Path("nowhere"))
    }


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def read_all(path: Path) -> dict[str, bytes]:
    with Reader() as reader:
        return {one.source: reader.read(one) for one in list_inputs([path], Path("nowhere"))}


def test_a_folder_is_read_through_and_sorted(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "a/b/d.txt", "甲.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert listed(tmp_path) == ["a/b/d.txt", "a/c.txt", "b.txt", "甲.txt"]


def test_the_order_and_repetition_of_inputs_do_not_matter(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"x")
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    assert listed(a, b) == listed(b, a, a) == listed(tmp_path, b) == ["a.txt", "b.txt"]


def test_files_of_the_same_name_in_two_folders_are_two_inputs(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name, encoding="utf-8")
    assert listed(tmp_path / "x", tmp_path / "y") == ["a.txt", "a.txt"]


def test_hidden_files_and_leftovers_are_passed_over_but_not_when_named(tmp_path: Path) -> None:
    for name in (".DS_Store", "~$表.docx", "Thumbs.db", ".git/config", "__MACOSX/a.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert listed(tmp_path) == ["a.txt"]
    assert listed(tmp_path / ".DS_Store") == [".DS_Store"]


def test_the_output_folder_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "documents.csv").write_bytes(b"x")
    (tmp_path / "a.txt").write_bytes(b"x")
    assert listed(tmp_path, skip=tmp_path / "out") == ["a.txt"]


def test_what_is_no_file_is_an_input_with_a_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    assert reasons(tmp_path) == {"pipe": "not_a_file", "broken": "unreadable", "itself": "not_a_file"}
    assert reasons(tmp_path / "gone.txt") == {"gone.txt": "unreadable"}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DocumentError) as caught:
        read_file(tmp_path / "pipe")
    assert caught.value.reason == "not_a_file"


def test_a_link_back_up_is_reported_once_and_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert reasons(tmp_path) == {"a/up": "not_a_file", "a/x.txt": ""}


def test_a_linked_folder_is_read_once_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "x.txt").write_bytes(b"x")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(tmp_path / "z")
    assert listed(tmp_path) == ["z/x.txt"]
    assert listed(elsewhere) == ["link/x.txt"]


def test_folders_may_be_nested_deeper_than_python_recurses(tmp_path: Path) -> None:
    folders = [tmp_path]
    for _ in range(sys.getrecursionlimit() + 50):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    (folders[-1] / "a.txt").write_bytes(b"x")
    assert len(listed(tmp_path)) == 1
    (folders[-1] / "a.txt").unlink()
    for folder in reversed(folders[1:]):  # pytest would recurse to remove them
        folder.rmdir()


def test_a_file_that_may_not_be_read_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    path.chmod(stat.S_IWUSR)
    me = os.geteuid()
    if me == 0:  # root may read everything: be nobody for a moment
        os.seteuid(65534)
    try:
        with pytest.raises(DocumentError) as caught:
            read_file(path)
    finally:
        os.seteuid(me)
    assert caught.value.reason == "unreadable"


def test_a_file_above_the_limit_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MAX_BYTES", 4)
    (tmp_path / "a.txt").write_bytes(b"12345")
    with pytest.raises(DocumentError) as caught:
        read_file(tmp_path / "a.txt")
    assert caught.value.reason == "too_large"


def test_a_name_in_gbk_bytes_is_shown_in_characters() -> None:
    assert printable_name(os.fsdecode("绩效.txt".encode("gbk"))) == "绩效.txt"
    printable_name(os.fsdecode(b"\xff\xfe.txt")).encode()


def test_members_of_a_zip_are_inputs(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.ZIP", {"b/甲.txt": b"1", "a.txt": b"2", "b/": b"", "__MACOSX/a.txt": b"3"})
    assert read_all(path) == {"a.ZIP/a.txt": b"2", "a.ZIP/b/甲.txt": b"1"}
    assert listed(tmp_path) == ["a.ZIP/a.txt", "a.ZIP/b/甲.txt"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_member_names_without_the_utf8_flag_are_utf8_or_gbk(tmp_path: Path, encoding: str) -> None:
    name = "甲"
    # zipfile always flags names that are not ASCII: write an ASCII name of the same length and replace it.
    raw = name.encode(encoding)
    placeholder = b"x" * len(raw)
    data = zipped(tmp_path / "a.zip", {placeholder.decode() + ".txt": b"1"}).read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(placeholder + b".txt", raw + b".txt"))
    assert read_all(tmp_path / "a.zip") == {"a.zip/甲.txt": b"1"}


def test_a_workbook_is_a_document_and_no_archive_to_open(tmp_path: Path) -> None:
    book = zipped(tmp_path / "book.xlsx", {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}).read_bytes()
    (tmp_path / "named.zip").write_bytes(book)
    zipped(tmp_path / "outer.zip", {"表.xlsx": book, "inner.zip": book, "a.txt": b"1"})
    wanted = {"book.xlsx": book, "named.zip": book, "outer.zip/表.xlsx": book, "outer.zip/inner.zip": book, "outer.zip/a.txt": b"1"}
    assert read_all(tmp_path) == wanted


def test_two_members_of_one_name_are_two_inputs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", b"2")
    with Reader() as reader:
        found = [reader.read(one) for one in list_inputs([tmp_path / "a.zip"], Path("nowhere"))]
    assert found == [b"1", b"2"]


def test_a_zip_in_a_zip_is_read_and_one_deeper_is_not(tmp_path: Path) -> None:
    def packed(members: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return made.getvalue()

    third = packed({"deep.txt": b"3"})
    second = packed({"in.txt": b"2", "c.zip": third})
    path = zipped(tmp_path / "a.zip", {"b.zip": second, "out.txt": b"1"})
    assert reasons(path) == {
        "a.zip/b.zip/c.zip": "unsupported",
        "a.zip/b.zip/in.txt": "",
        "a.zip/out.txt": "",
    }
    with Reader() as reader:
        good = [one for one in list_inputs([path], Path("nowhere")) if one.problem is None]
        assert [reader.read(one) for one in good] == [b"2", b"1"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "C:/a.txt", "..\\a.txt"])
def test_a_member_with_an_unsafe_path_is_a_line_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", {name: b"1", "good.txt": b"2"})
    found = reasons(path)
    assert found.pop("a.zip/good.txt") == ""
    assert list(found.values()) == ["unreadable"]


def test_a_bomb_is_too_large(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": b"\0" * 2**22, "good.txt": b"x"}, zipfile.ZIP_DEFLATED)
    assert reasons(path) == {"a.zip/a.txt": "too_large", "a.zip/good.txt": ""}


@pytest.mark.parametrize("limit", ["MAX_MEMBERS", "MAX_TOTAL"])
def test_a_zip_with_too_much_in_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": b"12", "b.txt": b"34"})
    monkeypatch.setattr(inputs._Budget, "__init__", budget(**{limit: 1}))
    assert reasons(path) == {"a.zip": "too_large"}


def budget(MAX_MEMBERS: int = 10**6, MAX_TOTAL: int = 10**9):  # type: ignore[no-untyped-def]
    def init(self: inputs._Budget) -> None:
        self.members, self.bytes = MAX_MEMBERS, MAX_TOTAL

    return init


def test_what_is_called_zip_and_is_none_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK nothing")
    assert reasons(tmp_path) == {"a.zip": "unreadable"}


def test_another_archive_or_file_that_is_called_zip_says_what_it_is(tmp_path: Path) -> None:
    others = {"a.zip": b"Rar!\x1a\x07\x01\x00", "b.zip": b"7z\xbc\xaf\x27\x1c", "c.zip": "单位名称\n".encode()}
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
    outer = zipped(tmp_path / "d.zip", {"inner.zip": b"Rar!\x1a\x07\x01\x00"})
    assert reasons(tmp_path) == {"a.zip": "", "b.zip": "", "c.zip": "", "d.zip/inner.zip": ""}
    assert "RAR" in read_bytes(read_all(tmp_path / "a.zip")["a.zip"], "a.zip").detail
    assert "7z" in read_bytes(read_all(tmp_path / "b.zip")["b.zip"], "b.zip").detail
    assert "RAR" in read_bytes(read_all(outer)["d.zip/inner.zip"], "inner.zip").detail


def test_a_link_in_a_zip_is_named_and_never_followed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"good.txt": b"1"})
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert reasons(path) == {"a.zip/good.txt": "", "a.zip/link.txt": "not_a_file"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_wrong_with_a_zip_is_said_in_chinese(tmp_path: Path, method: int) -> None:
    whole = zipped(tmp_path / "a.zip", {"a.txt": b"0123456789" * 50}, method).read_bytes()
    said = []
    for at in range(0, len(whole), 3):
        (tmp_path / "b.zip").write_bytes(whole[:at] + b"\xff\xff" + whole[at + 2 :])
        for one in list_inputs([tmp_path / "b.zip"], Path("nowhere")):
            try:
                with Reader() as reader:
                    reader.read(one)
            except DocumentError as error:
                said.append(f"{error.detail}{error.next_step}")
    assert said
    assert not [text for text in said if re.search("[A-Za-z]{4,}", text)]


def test_a_damaged_member_is_unreadable_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": b"first member", "b.txt": b"second"})
    path.write_bytes(path.read_bytes().replace(b"first member", b"fIrst member"))
    with Reader() as reader:
        a, b = list_inputs([path], Path("nowhere"))
        assert reader.read(b) == b"second"
        with pytest.raises(DocumentError) as caught:
            reader.read(a)
    assert caught.value.reason == "unreadable"


def test_a_member_behind_a_password_is_encrypted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert reasons(path) == {"a.zip/a.txt": "encrypted"}


def test_a_zip_with_no_file_in_it_is_a_line(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {}).read_bytes()
    zipped(tmp_path / "a.zip", {"b.zip": inner, "__MACOSX/x": b"x", "folder/": b""})
    assert reasons(tmp_path) == {"a.zip/b.zip": "empty_file", "inner.zip": "empty_file"}


def test_an_input_with_a_problem_raises_it_when_read() -> None:
    problem = DocumentError("not_a_file", "x", "y")
    with Reader() as reader, pytest.raises(DocumentError) as caught:
        reader.read(Input("a", Path("a"), (), problem))
    assert caught.value is problem

"""Old Word documents (.doc, also .wps, RTF and Word 2003 XML) → .docx, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from jixiao.extract.errors import DocumentError, system_said

MAX_BYTES = 64 * 2**20
SECONDS = 25
"""LibreOffice takes a few seconds for a form. A batch gives a file 30: this ends sooner, and can say what hung."""

_AGAIN = 81
_STEP = "请用 Word 或 WPS 打开，另存为 .docx 后再转换"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item></oor:items>
"""
"""No macros, no embedded programs, and nothing fetched that a document links to."""


def to_docx(data: bytes) -> bytes:
    """Return the bytes of an old Word document as a .docx.

    Raises DocumentError if LibreOffice is missing, fails, or takes too long.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError("too_large", f"文件有 {len(data) / 2**20:.0f} MiB，上限为 {MAX_BYTES // 2**20} MiB", _STEP)
    program = find_program()
    if program is None:
        raise DocumentError(
            "missing_extra",
            "是旧版 Word 文档（.doc、.wps 或 RTF），要由 LibreOffice 转换，但没有安装它",
            f"请安装 LibreOffice（Debian：apt install libreoffice-writer-nogui）；或{_STEP.removeprefix('请')}",
        )
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        # A profile of its own: two LibreOffices that share one wait for each other, and one writes nothing.
        profile = Path(folder, "profile", "user")
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = Path(folder, "form.doc")
        source.write_bytes(data)
        command = [
            program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.parent.as_uri()}",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", os.fspath(Path(folder, "out")), os.fspath(source),
        ]  # fmt: skip
        try:
            _run(command, folder)
        except subprocess.TimeoutExpired as error:
            raise DocumentError("unreadable", f"LibreOffice 在 {SECONDS} 秒内没有转换完", _STEP) from error
        except OSError as error:
            raise DocumentError("missing_extra", f"LibreOffice 启动不了（{system_said(error)}）", _STEP) from error
        made = Path(folder, "out", "form.docx")
        # Its exit status is 0 even when it could not open the file.
        if not made.is_file():
            raise DocumentError("unreadable", "LibreOffice 打不开这份文档", _STEP)
        if made.stat().st_size > MAX_BYTES:
            raise DocumentError("too_large", f"转换后有 {made.stat().st_size / 2**20:.0f} MiB", _STEP)
        return made.read_bytes()


def _run(command: list[str], folder: str) -> None:
    """Run LibreOffice, again if it asks for it, as it does when it has just made its profile."""
    end = time.monotonic() + SECONDS
    for _ in range(3):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=max(1.0, end - time.monotonic()), check=False, cwd=folder,
        )  # fmt: skip
        if done.returncode != _AGAIN:
            return


def find_program() -> str | None:
    """Return the path of LibreOffice, or None.

    The program itself and not the script before it, so that it ends when it is ended.
    """
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found is not None:
            real = Path(os.path.realpath(found))
            inner = real.with_name("soffice.bin")
            return os.fspath(inner if inner.is_file() else real)
    return None

"""jixiao inspect: a page of a PDF or a scan with the lines, cells and text found on it drawn over it."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    inspect = commands.add_parser(
        "inspect",
        help="把一页 PDF 或扫描件上读到的线、单元格和文字画出来",
        description="在 PDF 或扫描件的一页上画出读到的线（蓝）、单元格（绿）、单元格内的文字（红）和表外的文字（橙），"
        "识别得没有把握的文字（紫），存为 PNG。",
        epilog="例：jixiao inspect samples/nantong-keji-2025.pdf --page 2 --out page.png",
    )
    inspect.add_argument("file", type=Path, metavar="FILE", help="PDF、PNG、JPEG 或 TIFF 文件")
    inspect.add_argument("--page", type=int, default=1, metavar="N", help="页码，从 1 起（1）")
    inspect.add_argument("--out", "-o", type=Path, metavar="PNG", help="图片文件（与原文件同名，后接页码，写在当前文件夹）")
    inspect.add_argument("--pdf-reader", choices=("pdfium", "pdfplumber"), default="pdfium", help="用哪个库读（pdfium）")
    inspect.set_defaults(command=_inspect)


def _inspect(arguments: argparse.Namespace) -> int:
    from jixiao.deliver.files import write_carefully
    from jixiao.extract.errors import REASONS, DocumentError, system_said
    from jixiao.extract.media import media_of

    from .folder import output_error
    from .inputs import read_file

    file: Path = arguments.file
    try:
        data = read_file(file)
    except DocumentError as error:
        print(f"{file}：{REASONS[error.reason]}：{error.detail}。{error.next_step}", file=sys.stderr)
        return 2
    try:
        media = media_of(data)
        if media == "pdf":
            from jixiao.extract.pdf.picture import draw_page

            picture, said = draw_page(data, arguments.page, arguments.pdf_reader)
        elif media == "scan":
            from jixiao.extract.scan.picture import draw_page as draw_scan

            picture, said = draw_scan(data, arguments.page)
        else:
            print(f"{file}：不是 PDF 或图片；inspect 只画有页面的文件", file=sys.stderr)
            return 2
    except DocumentError as error:
        print(f"{file}：{REASONS[error.reason]}：{error.detail}。{error.next_step}", file=sys.stderr)
        return 1
    except Exception as error:
        # A page the libraries cannot read; the batch says the same in a finding.
        print(f"{file}：第 {arguments.page} 页读不出（{type(error).__name__}）；请用 PDF 阅读器打开后另存一份再试", file=sys.stderr)
        return 1
    out: Path = arguments.out or Path(f"{file.stem}-{arguments.page}.png")
    drawn = io.BytesIO()
    picture.save(drawn, format="PNG")
    try:
        write_carefully(out, drawn.getvalue())
    except OSError as error:
        print(f"{out}：写不了：{system_said(error)}；请用 --out 换一个地方", file=sys.stderr)
        return output_error(error, out).exit_status
    print("\n".join(said), file=sys.stderr)
    print(out)
    return 0

"""Pictures are decoded within bounds, whatever their mode, and only after their size is known."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from jixiao.extract.errors import DocumentError
from jixiao.extract.scan import recognise
from jixiao.extract.scan.document import read_scan
from jixiao.extract.scan.images import MAX_PAGES, MAX_PIXELS, MAX_SIDE, Sheet, read_images
from PIL import Image


def encoded(image: Image.Image, kind: str = "png", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sheet(data: bytes) -> Sheet:
    (found,) = read_images(data)
    assert isinstance(found, Sheet), found
    return found


def page(mode: str) -> Image.Image:
    """White paper with a black band on its upper half's left."""
    grey = np.full((40, 60), 255, np.uint8)
    grey[5:15, 5:30] = 0
    image = Image.fromarray(grey)
    if mode == "I;16":
        return Image.fromarray(grey.astype(np.uint16) * 257)
    if mode == "RGBA":  # black ink on paper that is not there
        layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
        layer.paste((0, 0, 0, 255), (5, 5, 30, 15))
        return layer
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_mode_is_dark_print_on_white_paper(mode: str) -> None:
    pixels = sheet(encoded(page(mode))).pixels
    assert pixels.dtype == np.uint8
    assert pixels[10, 10].max() < 20
    assert pixels[30, 50].min() > 235


def test_cmyk_is_dark_print_on_white_paper() -> None:
    pixels = sheet(encoded(page("CMYK"), "tiff")).pixels
    assert pixels[10, 10].max() < 60
    assert pixels[30, 50].min() > 235


def test_a_picture_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the picture is on its right
    assert sheet(encoded(page("RGB"), "jpeg", exif=exif)).pixels.shape[:2] == (60, 40)


def test_every_page_of_a_tiff_is_a_sheet() -> None:
    data = encoded(page("L"), "tiff", save_all=True, append_images=[page("1"), page("RGB")])
    assert [s.page for s in read_images(data) if isinstance(s, Sheet)] == [1, 2, 3]


@pytest.mark.parametrize(("said", "dpi"), [((200, 200), 200), ((300, 300), 300), ((72, 72), 2339 / 11.69), (None, 2339 / 11.69)])
def test_a_resolution_is_believed_if_the_page_could_be_paper(said: tuple[int, int] | None, dpi: float) -> None:
    options = {} if said is None else {"dpi": said}
    data = encoded(Image.new("L", (1654, 2339), 255), **options)
    assert sheet(data).dpi == pytest.approx(dpi, rel=0.01)


def png_header(width: int, height: int) -> bytes:
    """A PNG of that size whose pixels are a bomb: a few bytes that would be gigabytes."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (100_000, 10), (MAX_SIDE, 5), (15_000, 12_000)])
def test_a_picture_too_large_is_refused_with_its_size_before_it_is_decoded(width: int, height: int) -> None:
    assert width >= MAX_SIDE or height >= MAX_SIDE or width * height > MAX_PIXELS
    with pytest.raises(DocumentError) as caught:
        read_scan(png_header(width, height))
    assert caught.value.reason == "too_large"
    assert f"{width} × {height}" in caught.value.detail


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0 nothing", b"II*\0\x08\0\0\0\xff\xff", encoded(page("RGB"))[:-40]],
)
def test_a_broken_picture_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_scan(data)
    assert caught.value.reason == "unreadable"


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DocumentError) as caught:
        read_scan(encoded(page("L")))
    assert caught.value.reason == "missing_extra"
    assert "pip install jixiao[scan]" in caught.value.next_step


def test_a_strip_of_a_few_pixels_is_refused_with_its_size() -> None:
    for size in ((1, 5000), (5000, 2), (1, 1)):
        with pytest.raises(DocumentError, match=f"{size[0]} × {size[1]}"):
            read_scan(encoded(Image.new("L", size, 255)))


def test_what_is_finer_than_print_needs_is_read_coarser() -> None:
    found = sheet(encoded(Image.new("L", (4960, 7016), 255), dpi=(600, 600)))
    assert found.dpi == 300
    assert found.pixels.shape == (3508, 2480)


def test_a_tiff_cut_short_says_from_which_page_on_it_is_lost() -> None:
    """Its pages are a chain: those behind the cut cannot be counted, and must not go missing without a word."""
    whole = encoded(page("L"), "tiff", save_all=True, append_images=[page("L")] * 5)
    found = list(read_images(whole[: len(whole) // 2]))
    assert isinstance(found[0], Sheet)
    assert isinstance(found[-1], DocumentError)
    assert found[-1].reason == "unreadable"
    assert "第 " in found[-1].detail


def test_a_tiff_of_too_many_pages_is_read_so_far_and_says_so() -> None:
    thin = Image.new("L", (60, 60), 255)
    found = list(read_images(encoded(thin, "tiff", save_all=True, append_images=[thin] * MAX_PAGES)))
    assert sum(isinstance(s, Sheet) for s in found) == MAX_PAGES
    assert isinstance(found[-1], DocumentError)
    assert found[-1].reason == "too_large"


def ifd(*tags: tuple[int, int], following: int = 0) -> bytes:
    """A TIFF of one directory with the *tags* and (id, value), and where it says that the next one is."""
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + struct.pack("<I", following) + bytes(64)


WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STRIP, SAMPLES, ROWS, BYTES = 256, 257, 258, 259, 262, 273, 277, 278, 279
PLAIN = ((WIDTH, 100), (HEIGHT, 100), (BITS, 8), (COMPRESSION, 1), (PHOTOMETRIC, 1), (STRIP, 130), (ROWS, 100), (BYTES, 10_000))
LIES = {
    "no width": ifd((HEIGHT, 100)),
    "nothing": ifd((WIDTH, 0), (HEIGHT, 0), *PLAIN[2:]),
    "a strip far away": ifd(*PLAIN[:5], (STRIP, 1 << 30), *PLAIN[6:]),
    "no such compression": ifd(*PLAIN[:3], (COMPRESSION, 9999), *PLAIN[4:]),
    "64 bits": ifd(*PLAIN[:2], (BITS, 64), *PLAIN[3:]),
    "60,000 samples": ifd(*PLAIN[:6], (SAMPLES, 60_000), *PLAIN[6:]),
    "too few bytes": ifd(*PLAIN),
}


@pytest.mark.parametrize("name", LIES)
def test_a_header_that_lies_is_a_refusal(name: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_scan(LIES[name])
    assert caught.value.reason == "unreadable"


def test_a_tiff_whose_pages_go_round_in_a_circle_ends() -> None:
    data = ifd(*PLAIN, following=8) + bytes(10_000)
    assert len(list(read_images(data))) <= 2


def test_a_jpeg_whose_header_says_a_hundred_million_pixels_is_decoded_no_larger_than_a_page() -> None:
    whole = encoded(page("RGB"), "jpeg")
    at = whole.index(b"\xff\xc0")
    for side, reason in (((65_000, 65_000), "too_large"), ((0, 0), "unreadable")):
        data = whole[: at + 5] + struct.pack(">HH", *side) + whole[at + 9 :]
        with pytest.raises(DocumentError) as caught:
            read_scan(data)
        assert caught.value.reason == reason

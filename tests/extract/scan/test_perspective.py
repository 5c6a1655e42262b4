"""Photographed pages: laid flat where their rules run together, refused where nothing straight is left of them."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from jixiao.extract.scan.images import Pixels, Sheet
from jixiao.extract.scan.ink import even
from jixiao.extract.scan.perspective import LEVEL, find_tilt, laid_flat
from jixiao.extract.scan.upright import turn
from jixiao.pipeline.one import read_bytes

from tests.extract.scan.test_geometry import DPI, XS, YS, page
from tests.forms import invent, score, style_for, typeset
from tests.forms.scan import Damage, encode, scans

SEED = 11


def seen(image: Pixels, corners: list[tuple[float, float]]) -> Pixels:
    """Return *image* with its corners where they are said to be, on a grey desk."""
    height, width = image.shape[:2]
    matrix = cv2.getPerspectiveTransform(
        np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32), np.array(corners, np.float32)
    )
    return np.asarray(cv2.warpPerspective(image, matrix, (width, height), borderValue=(90.0, 90.0, 90.0)), np.uint8)


def tilt_of(image: Pixels):  # type: ignore[no-untyped-def]
    small = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return find_tilt(even(small, DPI / 2)[0], DPI / 2, 0.5)


TRAPEZOIDS = {
    "from above": [(60.0, 0.0), (1540.0, 0.0), (1600.0, 1100.0), (0.0, 1100.0)],
    "from the right": [(0.0, 40.0), (1600.0, 0.0), (1600.0, 1100.0), (0.0, 1060.0)],
    "from a corner, turned": [(70.0, 30.0), (1540.0, 0.0), (1600.0, 1040.0), (0.0, 1100.0)],
}


@pytest.mark.parametrize("name", TRAPEZOIDS)
def test_rules_are_straight_and_square_again(name: str) -> None:
    image = seen(page(), TRAPEZOIDS[name])
    tilt = tilt_of(image)
    assert tilt.flat is not None
    sheet, lying = laid_flat(Sheet(image, 1, 72 / DPI), tilt.flat)
    assert tilt_of(sheet.pixels).degrees < 0.1
    # And every corner of the table is where it is seen.
    upright = turn(sheet, 0.0, 0, lying)
    matrix = cv2.getPerspectiveTransform(
        np.array([(0, 0), (1600, 0), (1600, 1100), (0, 1100)], np.float32), np.array(TRAPEZOIDS[name], np.float32)
    )
    wanted = cv2.perspectiveTransform(np.array([[(XS[0], YS[0])]], np.float64), matrix)[0, 0]
    place = cv2.perspectiveTransform(wanted.reshape(1, 1, 2), np.linalg.inv(lying))[0, 0]
    found = upright.corners(float(place[0]), float(place[1]), float(place[0]) + 1, float(place[1]) + 1)[0]
    assert found == pytest.approx(wanted, abs=1)


@pytest.mark.parametrize("angle", [0.0, 2.5])
def test_a_page_that_lies_flat_stays_as_it_is_skewed_or_not(angle: float) -> None:
    matrix = cv2.getRotationMatrix2D((800, 550), angle, 1)
    turned = np.asarray(cv2.warpAffine(page(), matrix, (1600, 1100), borderValue=(255.0, 255.0, 255.0)), np.uint8)
    tilt = tilt_of(turned)
    assert tilt.flat is None
    assert not tilt.is_too_much


def test_the_edge_of_a_scanners_lid_makes_no_page_a_photograph() -> None:
    """It is straight however the sheet lies; a form skewed by half a degree was bent out of shape for it."""
    matrix = cv2.getRotationMatrix2D((800, 550), 0.7, 1)
    image = np.asarray(cv2.warpAffine(page(), matrix, (1600, 1100), borderValue=(255.0, 255.0, 255.0)), np.uint8)
    image[:, 1595:] = 30
    image[:, :12] = 90
    assert tilt_of(image).flat is None


def test_a_page_without_rules_says_nothing_of_how_it_lies() -> None:
    assert tilt_of(np.full((1100, 1600, 3), 255, np.uint8)) == LEVEL


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    path: Path = tmp_path_factory.mktemp("photo") / "form.pdf"
    typeset(invent(SEED), style_for(SEED), path)
    image = next(scans(path, Damage(tilt=3.5, light=0.2, paper=(236, 233, 226)), SEED))
    return path.read_bytes(), encode(image, "jpeg", DPI)


def test_a_photographed_form_is_read(photo: tuple[bytes, bytes]) -> None:
    outcome = read_bytes(photo[1], "photo.jpg")
    found = score(invent(SEED).tables(), outcome.tables, outcome.tables["findings"])
    assert found.total.f1 > 0.98, found.errors
    assert not found.silent


def test_a_page_that_is_crumpled_is_refused_with_its_own_reason(photo: tuple[bytes, bytes]) -> None:
    from PIL import Image

    image = np.asarray(Image.open(io.BytesIO(photo[1])))
    height, width = image.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    bent = cv2.remap(image, xs, ys + 60 * np.sin(xs / 260).astype(np.float32), cv2.INTER_LINEAR, borderValue=(255.0,) * 3)
    outcome = read_bytes(encode(np.asarray(bent, np.uint8), "jpeg", DPI), "bent.jpg")
    assert (outcome.status, outcome.reason) == ("refused", "distorted")
    assert "铺平" in outcome.next_step

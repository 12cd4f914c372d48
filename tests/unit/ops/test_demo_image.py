"""The demo image, and the script that paints it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

CHECKOUT = Path(__file__).resolve().parents[3]
SCRIPT = CHECKOUT / "ops" / "demo-image"
FILE = CHECKOUT / "services" / "gateway" / "assets" / "demo.jpg"


def test_the_demo_image_is_there() -> None:
    """A JPEG of 1224 x 1024 that loads fast."""
    assert FILE.stat().st_size <= 250_000
    with Image.open(FILE, formats=("JPEG",)) as picture:
        picture.load()
        assert picture.size == (1224, 1024)


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    """And nothing is written."""
    out = tmp_path / "demo.jpg"
    words = [sys.executable, str(SCRIPT), "--font", str(tmp_path / "none.ttc"), "--out", str(out)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert f"there is no {tmp_path}/none.ttc" in ended.stdout
    assert not out.exists()


def test_it_says_what_it_is_for() -> None:
    """Also when it is called by itself, from anywhere."""
    ended = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, timeout=30, check=True, cwd="/")
    assert "what the panel shows before there has ever been a real image" in ended.stdout

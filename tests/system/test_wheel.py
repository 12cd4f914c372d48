"""What a plant installs: the wheel, outside of the checkout, without a network."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PANEL = CHECKOUT / "services" / "gateway" / "panel"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `ops/wheel` makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(CHECKOUT / "ops" / "wheel", "--alone", folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with nothing of the checkout in it; what coilcast needs is seen from there."""
    folder = tmp_path_factory.mktemp("plant")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


def test_the_wheel_holds_the_panel_and_the_licence(wheel: Path) -> None:
    """Every file of the built panel is in it, and the settings, and not the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    panel = {str(path.relative_to(CHECKOUT)) for path in PANEL.rglob("*") if path.is_file()}
    assert "services/gateway/panel/index.html" in panel
    assert panel == {name for name in names if name.startswith("services/gateway/panel/")}
    assert any(name.endswith("share/coilcast/coilcast.toml") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_installed_command_tells_its_version(wheel: Path, installed: Path, tmp_path: Path) -> None:
    """Far from the checkout, the command is there and knows what it is."""
    version = wheel.name.split("-")[1]
    assert _run(installed / "service-orchestrator", "version", cwd=tmp_path) == f"coilcast {version}\n"


def test_the_installed_command_checks_a_machine(installed: Path, tmp_path: Path) -> None:
    """It finds the defaults that came with it, its own code and its own panel."""
    for kind in ("original", "labeled"):
        (tmp_path / "images" / kind).mkdir(parents=True)
    words = ["env", f"IMAGE_BASE_PATH={tmp_path / 'images'}", "COILCAST_NODE_LANGUAGE=en"]
    said = _run(*words, installed / "service-orchestrator", "--state", tmp_path / "state", "check", cwd=tmp_path)
    assert "stall.after_s" in said
    code = "import services.gateway.panel as p; print(p.PANEL_DIR, (p.PANEL_DIR / 'index.html').exists())"
    folder, exists = _run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert Path(folder).is_relative_to(installed.parent)
    assert exists == "True"


def _run(*words: str | Path, cwd: Path | None = None) -> str:
    ended = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    return ended.stdout

"""Folders of wheels as `ops/wheel` makes them, of any version; what coilcast needs is taken from this environment."""

from __future__ import annotations

import hashlib
import subprocess
import sysconfig
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]

BORROWED = {"PYTHONPATH": sysconfig.get_path("purelib")}
"""For commands of an environment that has nothing but coilcast in it."""


def build(folder: Path) -> Path:
    """coilcast's own wheel, as `ops/wheel` makes it."""
    ended = subprocess.run(
        [CHECKOUT / "ops" / "wheel", "--alone", folder], capture_output=True, text=True, timeout=110, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (made,) = folder.glob("*.whl")
    return made


def folder_of(wheel: Path, version: str, folder: Path, remark: str = "", broken: str = "") -> Path:
    """A folder to install from, with the wheel as one of another version; another `remark` makes it another one.

    The module in the file `broken` ends whoever imports it.
    """
    folder.mkdir()
    old = wheel.name.split("-")[1]
    made = folder / wheel.name.replace(old, version)
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith((".dist-info/METADATA", ".dist-info/RECORD", "services/shared/version.py")):
                data = data.replace(old.encode(), version.encode())
            if name == broken:
                data = b"raise SystemExit('broken on purpose')"
            target.writestr(name.replace(f"-{old}.", f"-{version}."), data)
        target.comment = remark.encode()
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"coilcast=={version} --hash=sha256:{digest}\n")
    return folder

"""What can still be decided on a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from pathlib import Path
from services.shared.errors import DatabaseError
from services.shared.operations import Alerts, Line, Said, Trouble
path = Path("full/operations.db")
line = Line(path)
line.keep_room()
size = sum(one.stat().st_size for one in path.parent.iterdir())
for _ in range(20):
    line.keep_room()
assert sum(one.stat().st_size for one in path.parent.iterdir()) == size, "it grows"
with open("full/ballast", "wb", buffering=0) as ballast:
    try:
        while True:
            ballast.write(bytes(4096))
    except OSError:
        pass
words = Said("디스크가 가득 참" * 5, "the disk is full" * 10)
for number in range(300):
    alerts = Alerts(path)
    trouble = Trouble(name="stall", severity="critical", reason="disk_full", summary=words, advice=words)
    assert alerts.raise_(f"stall/camera-{number}", trouble, number) is not None
    assert alerts.resolve(f"stall/camera-{number}", number) is not None
    alerts.close()
try:
    line.keep_room()
except DatabaseError as error:
    assert "full" in str(error)
assert len(Alerts(path).page(limit=1000).alerts) == 300
print("well")
"""


def test_alerts_are_kept_on_a_full_disk(tmp_path: Path) -> None:
    """Room for some hundred is kept free in the file, which is not made larger each time."""
    (tmp_path / "full").mkdir()
    mount = f'mount -t tmpfs -o size=8m none full && exec "{sys.executable}" -c "$PROGRAM"'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
        cwd=tmp_path,
        env=os.environ | {"PROGRAM": PROGRAM, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("no namespaces here")
    assert done.stdout == "well\n", (done.returncode, done.stderr)

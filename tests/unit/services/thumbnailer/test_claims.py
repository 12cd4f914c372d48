"""Who makes the previews of which image."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.shared.errors import StateError
from services.thumbnailer.claims import SWEEP, Claims

HOLD = """
import sys
from pathlib import Path
from services.thumbnailer.claims import Claims
claims = Claims(Path(sys.argv[1]))
print([claims.take(int(seq)) for seq in sys.argv[2:]], flush=True)
sys.stdin.read()
"""


def holder(run_dir: Path, *seqs: int) -> tuple[subprocess.Popen[str], str]:
    """Another process that tries to claim them, and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, run_dir, *map(str, seqs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_an_image_has_one_maker(tmp_path: Path) -> None:
    """What one process has claimed, another does not get, up to the largest number there is."""
    claims = Claims(tmp_path)
    large = (1 << 63) - 2
    assert all(claims.take(seq) for seq in (SWEEP, 7, large))
    claims.give_back(7)
    process, said = holder(tmp_path, SWEEP, 7, large, 8)
    assert said == "[False, True, False, True]"
    assert [claims.take(seq) for seq in (7, 8, 9)] == [False, False, True]
    process.communicate()
    claims.close()


def test_a_claim_goes_with_its_process(tmp_path: Path) -> None:
    """However that ends."""
    claims = Claims(tmp_path)
    process, said = holder(tmp_path, 7)
    assert said == "[True]"
    assert not claims.take(7)
    process.kill()
    process.communicate()
    assert claims.take(7)
    claims.close()


def test_a_run_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    """With what to look at."""
    with pytest.raises(StateError, match="check the rights of the state folder"):
        Claims(tmp_path / "none")

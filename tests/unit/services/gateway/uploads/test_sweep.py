"""What a gateway that was killed has left goes at its next start; what others are at stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

from services.gateway.uploads.sweep import OLD_S, hidden_name, sweep
from services.shared.names import is_ignored

KINDS = ("original", "labeled")


def test_a_hidden_name_is_none_of_the_watchers() -> None:
    """Whatever it ends with."""
    assert is_ignored(hidden_name("node-1-gateway-0", "ab12", ".jpg"))


def test_own_ones_go_at_once_and_others_when_they_are_old(tmp_path: Path) -> None:
    """In the folders of every camera; nothing else is touched, nor what this life of it has begun meanwhile."""
    keep: list[Path] = []
    go: list[Path] = []
    for folder in ("original", "labeled", "side/original", ".hidden/original", "side/other"):
        path = tmp_path / folder
        path.mkdir(parents=True)
        is_ours = folder in ("original", "labeled", "side/original")
        for name, is_old, is_left in [
            (hidden_name("node-gateway-0", "a1", ".jpg"), False, True),
            (hidden_name("node-gateway-0", "b2a1", ".jpg"), False, False),
            (hidden_name("node-gateway-1", "a2", ".jpg"), False, False),
            (hidden_name("node-gateway-1", "a3", ".jpg"), True, True),
            (hidden_name("other-node-gateway-0", "a4", ".jpg"), False, False),
            (".other", True, False),
            ("20260101120000_1_original.jpg", True, False),
        ]:
            file = path / name
            file.touch()
            if is_old:
                os.utime(file, (time.time() - OLD_S - 10,) * 2)
            (go if is_left and is_ours else keep).append(file)
        (path / hidden_name("node-gateway-0", "a5", ".jpg")).mkdir()
    assert sweep(tmp_path, KINDS, "node-gateway-0", "b2") == len(go)
    assert all(file.exists() for file in keep)
    assert not any(file.exists() for file in go)


def test_storage_that_is_away_is_no_error(tmp_path: Path) -> None:
    """There is nothing to remove then."""
    assert sweep(tmp_path / "none", KINDS, "x", "b2") == 0

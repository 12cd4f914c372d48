"""A line with real processes: a watcher over a real folder, thumbnailers beside it, and the monitor's ear."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image

from services.shared.messages import Heartbeat, Hint, PreviewReady, PreviewWanted
from services.shared.previews import is_poison, preview_path, previews_folder
from tests.support.wait import until
from tests.system.support.watcher import CHECKOUT, Watcher

LOCKS = Path("/proc/locks")


class Line(Watcher):
    """A watcher and its thumbnailers, whose log is one file of their own."""

    def __init__(self, root: Path, **settings: str) -> None:
        super().__init__(root, **settings)
        self.thumbnailers: dict[int, subprocess.Popen[bytes]] = {}
        self.previews_log = root / "thumbnailer.log"
        self.hints: list[Hint] = []

    def make(self, instance: int = 0, *, until_ready: bool = True) -> subprocess.Popen[bytes]:
        """Start a thumbnailer."""
        readies = self.previews_text().count("] ready")
        with self.previews_log.open("ab") as log:
            process = self.thumbnailers[instance] = subprocess.Popen(
                [sys.executable, "-m", "services.thumbnailer", "--instance", str(instance)],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if until_ready:
            until(lambda: self.previews_text().count("] ready") > readies, 20, "a ready thumbnailer")
        return process

    def close(self) -> None:
        for process in self.thumbnailers.values():
            process.kill()
            process.wait(10)
        super().close()

    def previews_text(self) -> str:
        return self.previews_log.read_text("utf-8", "replace") if self.previews_log.exists() else ""

    def listen(self) -> list[Hint]:
        """All hints so far; as the monitor does, this passes them on."""
        self.hints.extend(self._hub.forward())
        return self.hints

    def announced(self) -> list[int]:
        """The seqs whose previews, of which the small one comes last, were said to be ready, in order."""
        epoch = self.reader.epoch
        readies = [hint for hint in self.listen() if isinstance(hint, PreviewReady) and hint.epoch == epoch]
        return [hint.seq for hint in readies if hint.size == "strip"]

    def pulse(self, instance: int = 0) -> list[Heartbeat]:
        """The heartbeats of a thumbnailer."""
        name = f"thumbnailer-{instance}"
        return [hint for hint in self.listen() if isinstance(hint, Heartbeat) and hint.name == name]

    def beat(self, instance: int = 0) -> Heartbeat | None:
        """The last of them."""
        beats = self.pulse(instance)
        return beats[-1] if beats else None

    def want(self, seq: int) -> None:
        """Ask for previews, as a gateway does: again and again until they are there."""
        self._hub.say(PreviewWanted(seq=seq))

    @property
    def previews(self) -> Path:
        return previews_folder(self.state / "previews", self.reader.epoch)

    def files(self) -> list[str]:
        """The names of all preview files."""
        return sorted(path.name for path in self.previews.glob("[0-9]*/*"))

    def has(self, seq: int) -> bool:
        return all(preview_path(self.previews, seq, size).exists() for size in ("strip", "screen"))

    def makes(self, *seqs: int, timeout_s: float = 10.0) -> None:
        """Wait until both previews of all of them are there."""
        until(lambda: all(map(self.has, seqs)), timeout_s, f"previews of {seqs}, after {self.previews_text()}")

    def is_poison(self, seq: int) -> bool:
        return is_poison(self.previews, seq)

    def attempts(self) -> list[str]:
        """The images that decoders were set on and have not come back from."""
        return sorted(path.name for path in self.previews.glob("attempts/*"))

    def makers_of(self, seq: int) -> list[int]:
        """The instance that is decoding it now, if one is."""
        if str(seq) not in self.attempts():
            return []
        pids = {process.pid: instance for instance, process in self.thumbnailers.items()}
        for line in LOCKS.read_text("ascii").splitlines():
            _, kind, _, _, pid, _, start, *_ = line.split()
            if kind == "POSIX" and int(pid) in pids and int(start) == seq:
                return [pids[int(pid)]]
        return []

    def kill_maker_of(self, seq: int) -> int:
        """Kill whoever decodes it, in the middle of that; the instance."""
        (instance,) = until(lambda: self.makers_of(seq), what=f"a maker of {seq}")
        self.thumbnailers[instance].send_signal(signal.SIGKILL)
        self.thumbnailers[instance].wait(10)
        assert not self.has(seq), "it was too late to kill it in the middle"
        return instance


def laborious(side: int = 4500) -> bytes:
    """A JPEG that takes long to decode: half a second for 4500 pixels a side."""
    grain = Image.effect_noise((500, 500), 60)
    image = Image.new("L", (side, side))
    for x in range(0, side, 500):
        for y in range(0, side, 500):
            image.paste(grain, (x, y))
    out = io.BytesIO()
    image.save(out, "JPEG", progressive=True)
    return out.getvalue()


def vast(side: int = 5000) -> bytes:
    """A small PNG that takes much memory to decode: four bytes a pixel."""
    out = io.BytesIO()
    Image.new("RGB", (side, side)).save(out, "PNG", compress_level=1)
    return out.getvalue()

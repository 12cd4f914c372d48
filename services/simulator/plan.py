"""What is on which frame: frame number -> coil, place along the strip, defects. Pure: the same seed, the same plan."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache

from services.shared.settings import Simulator
from services.simulator.coils import Coil, coil_of
from services.simulator.defects import LONGEST_SCRATCH, Defect, DefectClass, Ground, lay, roller_mark, seen_in

FIRST_COIL = 2891

COUNTS = (0, 1, 2, 3)
COUNT_WEIGHTS = (46, 38, 12, 4)
"""How many defects begin on a frame."""

KINDS: tuple[DefectClass, ...] = ("scratch", "pinhole", "stain", "dent")
KIND_WEIGHTS = (26, 28, 20, 26)

TRIES = 6
"""To lay a defect where none is yet."""

_FRAMES_OF_A_SCRATCH = math.ceil(LONGEST_SCRATCH)
"""After the one it begins on."""


@dataclass(frozen=True)
class Frame:
    """One picture of the strip. `top_px` is where its first row is along the coil."""

    number: int
    coil: Coil
    index: int
    top_px: int
    defects: tuple[Defect, ...]


class Plan:
    """The line as it runs. Frames are numbered through all coils, and each begins where the one before it ended."""

    def __init__(self, settings: Simulator, first_coil: int = FIRST_COIL) -> None:
        self._seed = settings.seed
        self._width = settings.width
        self._height = settings.height
        self._unit = min(settings.width, settings.height) / 2048
        self._first_coil = first_coil
        self.frames_per_coil = max(1, round(settings.coil_s * settings.rate_per_s))
        self._coil = lru_cache(maxsize=2)(coil_of)
        self._begun = lru_cache(maxsize=_FRAMES_OF_A_SCRATCH + 1)(self._lay)

    def frame(self, number: int) -> Frame:
        """Frame `number`, from 0 on."""
        behind, index = divmod(number, self.frames_per_coil)
        coil = self._coil(self._seed, self._first_coil + behind)
        return Frame(number, coil, index, index * self._height, tuple(self._defects(coil, index)))

    def _defects(self, coil: Coil, index: int) -> list[Defect]:
        defects = self._roller_marks(coil, index)
        for begun in range(max(0, index - _FRAMES_OF_A_SCRATCH), index + 1):
            for defect in self._begun(coil, begun):
                seen = seen_in(defect, self._width, self._height, (begun - index) * self._height)
                if seen is not None:
                    defects.append(seen)
        return defects

    def _lay(self, coil: Coil, index: int) -> list[Defect]:
        """The defects whose upper end is on this frame of the coil."""
        chance = random.Random(f"{coil.key}/{index}")
        ground = self._ground(coil)
        defects: list[Defect] = []
        taken = [mark.box for mark in self._roller_marks(coil, index)]
        for kind in chance.choices(KINDS, KIND_WEIGHTS, k=chance.choices(COUNTS, COUNT_WEIGHTS)[0]):
            for _ in range(TRIES):
                defect = lay(kind, chance, ground)
                if not any(defect.area.meets(box) for box in taken):
                    defects.append(defect)
                    taken.append(defect.area)
                    break
        return defects

    def _roller_marks(self, coil: Coil, index: int) -> list[Defect]:
        roller = coil.roller
        if roller is None or not roller.first_frame <= index < roller.first_frame + roller.frames:
            return []
        ground = self._ground(coil)
        pitch_px = roller.pitch * self._height
        seed = random.Random(f"{coil.key}/roller").getrandbits(32)
        x = ground.left + roller.across * ground.width
        top_px = index * self._height
        # One turn more on either side: a mark on the border is seen by the frame that has most of it.
        first = math.floor(top_px / pitch_px - roller.phase) - 1
        last = math.ceil((top_px + self._height) / pitch_px - roller.phase) + 1
        marks = []
        for turn in range(first, last + 1):
            mark = roller_mark(seed, x, (turn + roller.phase) * pitch_px - top_px, self._unit)
            seen = seen_in(mark, self._width, self._height, 0)
            if seen is not None:
                marks.append(seen)
        return marks

    def _ground(self, coil: Coil) -> Ground:
        left, right = coil.edges_px(self._width)
        return Ground(left, right, self._height, self._unit)

"""What there is to say of each setting: its type by the settings' own structs, its sentence by `coilcast.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

from services.shared.settings import LEGACY_NAMES, SECRET, Settings

_LINE = re.compile(r"^(?P<name>\w+) = (?P<value>.*?) +# (?P<about>.*?)(?: \[[A-Z_]+\])?$")
_SECTION = re.compile(r"^\[(\w+)\]$")


@dataclass(frozen=True)
class Entry:
    """One setting."""

    section: str
    name: str
    type: inspect.Type
    default: str
    about: str

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def variables(self) -> list[str]:
        """The environment variables that set it, the replaced service's last."""
        own = f"COILCAST_{self.section}_{self.name}".upper()
        return [own, *([LEGACY_NAMES[self.key]] if self.key in LEGACY_NAMES else [])]

    @property
    def is_secret(self) -> bool:
        return self.key in SECRET


def entries(toml: str) -> list[Entry]:
    """Every setting that the structs have, in the order of `toml`.

    Raises ValueError when one of the two has a setting that the other has not, or no comment tells what it does.
    """
    types = dict(_types())
    found = []
    section = ""
    for line in toml.splitlines():
        if header := _SECTION.match(line):
            section = header[1]
        elif match := _LINE.match(line):
            key = f"{section}.{match['name']}"
            if key not in types:
                raise ValueError(f"{key} is in coilcast.toml, and no setting")
            found.append(Entry(section, match["name"], types.pop(key), match["value"], match["about"]))
    said = {f"{section}.{name}" for section, content in tomllib.loads(toml).items() for name in content}
    if types or said != {entry.key for entry in found}:
        raise ValueError(f"coilcast.toml says nothing of {sorted(types) or sorted(said - {e.key for e in found})}")
    return found


def _types() -> list[tuple[str, inspect.Type]]:
    found: list[tuple[str, inspect.Type]] = []
    for section in msgspec.structs.fields(Settings):
        if section.name != "state":
            struct: Any = inspect.type_info(section.type)
            found += [(f"{section.name}.{field.encode_name}", field.type) for field in struct.fields]
    return found

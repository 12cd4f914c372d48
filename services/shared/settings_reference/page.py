"""The reference as a page, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from services.shared.settings import Language, defaults_file
from services.shared.settings_reference.entries import Entry, entries
from services.shared.settings_reference.korean import SETTINGS
from services.shared.settings_reference.sections import SECTIONS
from services.shared.settings_reference.types import in_words, shown

_HEAD: Mapping[Language, str] = {
    "en": """# Settings

Made by `python -m services.shared.settings_reference en > docs/settings.md` from the settings' own types and the
comments of [`conf/coilcast.toml`](../conf/coilcast.toml). [한국어](settings.ko.md)

A file of yours goes over the defaults: `/etc/coilcast/coilcast.toml`, or the one that `--config` or `COILCAST_CONFIG`
names. It holds what differs, and nothing else has to be in it. The environment goes over both. A list in the
environment is separated by commas, or JSON. A name or a value that cannot be stops the start with one line that says
which it was, where it came from, and what it may be; `service-orchestrator check` shows every setting with where its
value came from.

A process reads the settings when it starts. After a change `service-orchestrator restart SERVICE` is enough for what
only that service reads, `service-orchestrator reload` for the gateways; how many processes there are is settled when
the node starts.

Two variables are no settings of the file:

| variable | default | what it does |
|---|---|---|
| `COILCAST_CONFIG` | `/etc/coilcast/coilcast.toml`, if it is there | the file that goes over the defaults |
| `COILCAST_STATE_PATH` | `~/.local/state/coilcast` | catalog, previews, logs, sockets; on a local disk |
""",
    "ko": """# 설정

`python -m services.shared.settings_reference ko > docs/settings.ko.md`로 설정의 타입과
[`conf/coilcast.toml`](../conf/coilcast.toml)에서 만든 문서입니다. [English](settings.md)

기본값 위에 `/etc/coilcast/coilcast.toml`, 또는 `--config`나 `COILCAST_CONFIG`로 지정한 파일을 덮어씁니다.
바꿀 것만 적으면 됩니다. 환경 변수는 둘보다 우선합니다. 환경 변수의 목록은 쉼표로 나누거나 JSON으로 적습니다.
없는 이름이나 맞지 않는 값이 있으면 시작하지 않고, 어느 설정이 어디에서 왔으며 무엇이 가능한지 한 줄로 알려
줍니다. `service-orchestrator check`는 모든 설정과 그 값의 출처를 보여 줍니다.

프로세스는 시작할 때 설정을 읽습니다. 한 서비스만 읽는 설정은 `service-orchestrator restart SERVICE`로,
게이트웨이의 설정은 `service-orchestrator reload`로 반영됩니다. 프로세스 수는 노드를 시작할 때 정해집니다.

파일에 없는 변수 두 가지:

| 변수 | 기본값 | 설명 |
|---|---|---|
| `COILCAST_CONFIG` | `/etc/coilcast/coilcast.toml` (있으면) | 기본값 위에 덮어쓸 파일 |
| `COILCAST_STATE_PATH` | `~/.local/state/coilcast` | 카탈로그, 미리보기, 로그, 소켓을 두는 폴더; 로컬 디스크여야 함 |
""",
}

_COLUMNS: Mapping[Language, str] = {
    "en": "| setting | what it does | default | may be | environment |",
    "ko": "| 설정 | 설명 | 기본값 | 가능한 값 | 환경 변수 |",
}

_SECRET: Mapping[Language, str] = {
    "en": "Secret: never shown, never in a support bundle.",
    "ko": "비밀: 화면과 지원 자료에 나오지 않음.",
}


def markdown(language: Language) -> str:
    """The whole page. Raises KeyError, naming the setting, when a sentence is missing."""
    parts, section = [_HEAD[language]], ""
    for entry in entries(defaults_file().read_text("utf-8")):
        if entry.section != section:
            section = entry.section
            about = SECTIONS[section][0 if language == "ko" else 1]
            parts.append(f"\n## [{section}]\n\n{about}\n\n{_COLUMNS[language]}\n|---|---|---|---|---|\n")
        parts.append(_row(entry, language))
    return "".join(parts)


def _row(entry: Entry, language: Language) -> str:
    about = SETTINGS[entry.key] if language == "ko" else entry.about
    if entry.is_secret:
        about = f"{about}. {_SECRET[language]}"
    variables = "<br>".join(f"`{variable}`" for variable in entry.variables)
    cells = (f"`{entry.name}`", about, shown(entry.default), in_words(entry.type, language), variables)
    return f"| {' | '.join(_in_cell(cell) for cell in cells)} |\n"


def _in_cell(text: str) -> str:
    """A bar would end the cell, also between backquotes."""
    return text.replace("|", r"\|")

"""What the documents name is there: commands, settings, files, headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from orchestrator.cli import root
from services.shared.settings import LEGACY_NAMES, defaults_file, load_settings
from services.shared.settings_reference.entries import entries

CHECKOUT = Path(__file__).parents[3]
DOCUMENTS = sorted([*CHECKOUT.glob("README*.md"), *CHECKOUT.glob("docs/*.md")])
IN_BOTH = [path for path in CHECKOUT.glob("docs/*.md") if path.with_name(f"{path.stem}.ko.md").exists()]

SETTINGS = {entry.key for entry in entries(defaults_file().read_text("utf-8"))}
SECTIONS = {key.partition(".")[0] for key in SETTINGS}
VARIABLES = {f"COILCAST_{key}".upper().replace(".", "_") for key in SETTINGS} | {
    "COILCAST_CONFIG",
    "COILCAST_STATE_PATH",
    "COILCAST_SECTION_NAME",
    "COILCAST_SCREENSHOTS",
}
ENDINGS = {"py", "db", "md", "toml", "yml", "json", "sh"}
"""Of files: `catalog.db` is no setting."""

FOLDERS = "ops|docs|conf|services|orchestrator|tests|frontend"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAMED = re.compile(r'<a id="([^"]+)"></a>')

in_each = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(CHECKOUT).as_posix())


def blocks_of(text: str) -> list[str]:
    """Fenced and indented code."""
    rest = _FENCED.sub("", text)
    indented = re.findall(r"(?:^(?: {4}.*)?\n)*(?:^ {4}.*\n)", rest, re.MULTILINE)
    return [match[2] for match in _FENCED.finditer(text)] + [block.strip("\n") for block in indented]


def commands_in(text: str) -> Iterator[str]:
    """What follows `service-orchestrator`, wherever it stands as code."""
    spans = _SPAN.findall(_FENCED.sub("", text))
    for code in (*spans, *(line for block in blocks_of(text) for line in block.splitlines())):
        for match in re.finditer(r"service-orchestrator ([^|&;#`]+)", code):
            yield re.sub(r"\$\([^)]*\)", "x", match[1]).strip()


def refuse_unknown(words: list[str]) -> None:
    """Raises AssertionError when the command knows no such subcommand or option."""
    command: click.Command = root
    words = list(words)
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            name, _, value = word.partition("=")
            option = next((one for one in (*command.params, *root.params) if name in one.opts), None)
            assert option is not None or name in ("-h", "--help"), f"{command.name} has no option {name}"
            if isinstance(option, click.Option) and not option.is_flag and not value:
                words.pop(0)
        elif isinstance(command, click.Group) and not word.isupper():
            assert word in command.commands, f"{command.name} has no command {word}"
            command = command.commands[word]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """What can be linked to: headings, and the names that some of them give themselves."""
    return {slug(heading) for heading in _HEADING.findall(text)} | set(_NAMED.findall(text))


@in_each
def test_every_command_is_one(path: Path) -> None:
    """With its options, as `service-orchestrator --help` knows them."""
    for command in commands_in(path.read_text("utf-8")):
        refuse_unknown(shlex.split(command))


@in_each
def test_every_setting_is_one(path: Path, tmp_path: Path) -> None:
    """By its name, by its variable, and what is set to something can be set to that."""
    text = path.read_text("utf-8")
    for span in _SPAN.findall(_FENCED.sub("", text)):
        if match := re.fullmatch(r"([a-z]+)\.([a-z_]+)", span):
            assert match[1] not in SECTIONS or match[2] in ENDINGS or span in SETTINGS, span
        elif re.fullmatch(r"[a-z]+\.[a-z_]+ = .+", span):
            (tmp_path / "span.toml").write_text(span, "utf-8")
            load_settings({"COILCAST_CONFIG": str(tmp_path / "span.toml")})
    for variable in re.findall(r"\bCOILCAST_[A-Z_]+\b", text):
        assert variable in VARIABLES | set(LEGACY_NAMES.values()), variable


@in_each
def test_every_settings_file_in_it_is_good(path: Path, tmp_path: Path) -> None:
    """A node would start with it."""
    for number, (language, content) in enumerate(_FENCED.findall(path.read_text("utf-8"))):
        if language == "toml":
            file = tmp_path / f"{number}.toml"
            file.write_text(content, "utf-8")
            load_settings({"COILCAST_CONFIG": str(file)})


@in_each
def test_every_link_leads_somewhere(path: Path) -> None:
    """To a file of the checkout, and to a heading in it."""
    for target in _LINK.findall(_FENCED.sub("", path.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text("utf-8")), target


@in_each
def test_every_file_that_is_named_is_there(path: Path) -> None:
    """Of the checkout, wherever it stands as code."""
    text = path.read_text("utf-8")
    for code in (*_SPAN.findall(_FENCED.sub("", text)), *blocks_of(text)):
        for name in re.findall(rf"(?<![\w/.<-])(?:{FOLDERS})/[\w./*-]*\w", code):
            assert any(CHECKOUT.glob(name)), name


@pytest.mark.parametrize("path", IN_BOTH, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_both_languages_say_the_same(path: Path) -> None:
    """As far as it can be counted: headings, links, points, rows; commands and files are alike but for remarks."""
    english, korean = path.read_text("utf-8"), path.with_name(f"{path.stem}.ko.md").read_text("utf-8")
    for what in (r"^#+ ", r"^- ", r"^\|", r"^!\["):
        assert len(re.findall(what, english, re.MULTILINE)) == len(re.findall(what, korean, re.MULTILINE)), what
    heads = [[line.count("#") for line in re.findall(r"^#+(?= )", text, re.MULTILINE)] for text in (english, korean)]
    assert heads[0] == heads[1]
    without = [[re.sub(r"\s*#.*", "", block) for block in blocks_of(text)] for text in (english, korean)]
    assert without[0] == without[1]


def test_a_document_that_is_wrong_would_be_found() -> None:
    """The words of these tests: an unknown command, group command, option and heading."""
    for words in ("nothing", "tokens nothing", "status --nothing", "alerts silence --nothing"):
        with pytest.raises(AssertionError, match="nothing"):
            refuse_unknown(words.split())
    refuse_unknown(["--config", "FILE", "alerts", "silence", "--for", "2h"])
    assert list(commands_in("    x service-orchestrator up --detach   # y\n\n`service-orchestrator logs SERVICE`")) == [
        "logs SERVICE",
        "up --detach",
    ]
    assert slug("Upgrade and the `way` back!") == "upgrade-and-the-way-back"

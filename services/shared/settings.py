"""The settings: defaults from `coilcast.toml`, a file laid over them, the environment over both. Frozen once loaded."""

from __future__ import annotations

import os
import socket
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from services.shared.errors import SettingsError

Language = Literal["ko", "en"]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]

LEGACY_NAMES = {
    "gateway.port": "IMAGE_RECEIVER_PORT",
    "images.base_path": "IMAGE_BASE_PATH",
    "images.max_file_size_bytes": "MAX_FILE_SIZE",
    "gateway.ping_interval_ms": "WS_PING_INTERVAL",
    "gateway.max_reconnect_attempts": "MAX_RECONNECT_ATTEMPTS",
    "gateway.reconnect_delay_ms": "RECONNECT_DELAY",
}
"""What the replaced service's environment variables set."""

SECRET = frozenset({"alerts.urls", "alerts.dead_man_url"})
"""Addresses that let in whoever knows them: never shown, never in a support bundle."""


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})?$")]
    language: Language
    timezone: str


class Images(Struct, frozen=True, forbid_unknown_fields=True):
    base_path: Annotated[str, Meta(min_length=1)]
    kinds: Annotated[tuple[Name, ...], Meta(min_length=1)]
    max_file_size_bytes: Annotated[int, Meta(ge=1)]
    max_megapixels: Annotated[int, Meta(ge=1, le=1000)]

    @property
    def base(self) -> Path:
        return Path(self.base_path)


class Watch(Struct, frozen=True, forbid_unknown_fields=True):
    mode: Literal["auto", "inotify", "polling"]
    poll_interval_s: Positive
    rescan_interval_s: Positive
    settle_s: Positive


class Catalog(Struct, frozen=True, forbid_unknown_fields=True):
    log_keep_days: Positive
    log_keep_events: Annotated[int, Meta(ge=1000)]


class Previews(Struct, frozen=True, forbid_unknown_fields=True):
    workers: Annotated[int, Meta(ge=1, le=64)]
    strip_px: Annotated[int, Meta(ge=16, le=1024)]
    screen_px: Annotated[int, Meta(ge=64, le=8192)]
    quality: Annotated[int, Meta(ge=1, le=95)]
    ahead: Annotated[int, Meta(ge=0, le=1_000_000)]
    decode_timeout_s: Positive
    max_attempts: Annotated[int, Meta(ge=1, le=100)]


class Gateway(Struct, frozen=True, forbid_unknown_fields=True):
    port: Annotated[int, Meta(ge=1, le=65535)]
    bind: Annotated[str, Meta(min_length=1)]
    processes: Annotated[int, Meta(ge=1, le=64)]
    allowed_origins: tuple[Annotated[str, Meta(pattern=r"^https?://[^/\s]+$")], ...]
    demo_image: bool
    ping_interval_ms: Annotated[int, Meta(ge=100)]
    max_reconnect_attempts: Annotated[int, Meta(ge=0)]
    reconnect_delay_ms: Annotated[int, Meta(ge=0)]


class Stall(Struct, frozen=True, forbid_unknown_fields=True):
    after_s: Positive
    grace_s: NotNegative


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    signal_file: str
    running_within_s: Positive


class Canary(Struct, frozen=True, forbid_unknown_fields=True):
    interval_s: NotNegative
    timeout_s: Positive


class Alerts(Struct, frozen=True, forbid_unknown_fields=True):
    urls: tuple[Annotated[str, Meta(pattern=r"^[a-z0-9]+://\S+$")], ...]
    deliver_from: Literal["critical", "warning", "info"]
    cooldown_s: NotNegative
    dead_man_url: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")]
    dead_man_interval_s: Positive


class Metrics(Struct, frozen=True, forbid_unknown_fields=True):
    port: Annotated[int, Meta(ge=0, le=65535)]
    bind: Annotated[str, Meta(min_length=1)]
    on_gateway: bool


class RetentionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for the images of a camera, of a kind, or of both: instead of the general ones where they are given."""

    camera: Name | None = None
    type: Name | None = None
    max_age_days: NotNegative | None = None
    max_count: Count | None = None
    max_bytes: Count | None = None


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    enabled: bool
    interval_s: Positive
    keep_free_percent: Annotated[float, Meta(ge=0, le=90)]
    max_age_days: NotNegative
    max_count: Count
    max_bytes: Count
    rules: tuple[RetentionRule, ...]
    max_deletes_per_s: Annotated[int, Meta(ge=1, le=10_000)]
    reencode_after_h: NotNegative
    reencode_quality: Annotated[int, Meta(ge=1, le=95)]


class Supervision(Struct, frozen=True, forbid_unknown_fields=True):
    heartbeat_interval_s: Positive
    heartbeat_timeout_s: Positive
    stable_after_s: Positive


class Logs(Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["text", "json"]
    level: Literal["debug", "info", "warning", "error"]
    images: bool
    max_size_bytes: Annotated[int, Meta(ge=10_000)]
    backups: Annotated[int, Meta(ge=1, le=1000)]


class Simulator(Struct, frozen=True, forbid_unknown_fields=True):
    rate_per_s: Annotated[float, Meta(gt=0, le=1000)]
    width: Annotated[int, Meta(ge=64, le=16384)]
    height: Annotated[int, Meta(ge=64, le=16384)]
    write: Literal["rename", "in_place"]
    labeled_delay_ms: Annotated[int, Meta(ge=0)]
    coil_s: Positive
    seed: int
    camera: Name


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set, plus where the state lives."""

    node: Node
    images: Images
    watch: Watch
    catalog: Catalog
    previews: Previews
    gateway: Gateway
    stall: Stall
    line: Line
    canary: Canary
    alerts: Alerts
    metrics: Metrics
    retention: Retention
    supervision: Supervision
    logs: Logs
    simulator: Simulator
    state: Path

    @property
    def node_name(self) -> str:
        return self.node.name or socket.gethostname()

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.node.timezone)

    @property
    def catalog_path(self) -> Path:
        return self.state / "catalog.db"

    @property
    def deliveries_path(self) -> Path:
        """When images were first given to clients and first on a screen."""
        return self.state / "deliveries.db"

    @property
    def operations_path(self) -> Path:
        """What people decide (acknowledgements, silences, pins, tokens) and what they are told: alerts."""
        return self.state / "operations.db"

    @property
    def previews_dir(self) -> Path:
        return self.state / "previews"

    @property
    def logs_dir(self) -> Path:
        return self.state / "logs"

    @property
    def figures_dir(self) -> Path:
        """Counters and histograms, which outlive the process that counts (`services.shared.metrics`)."""
        return self.run_dir / "figures"

    @property
    def run_dir(self) -> Path:
        """Sockets, locks and the generated supervisord config; mode 0700."""
        return self.state / "run"


@dataclass(frozen=True)
class Loaded:
    """Settings, and for each `section.name` where its value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """The settings as the environment and the files have them. Raises SettingsError."""
    return load_with_origins(env).settings


def load_with_origins(env: Mapping[str, str] | None = None) -> Loaded:
    """Like load_settings, and says where each value came from. Raises SettingsError."""
    env = os.environ if env is None else env
    sections = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    defaults = _read_toml(defaults_file())
    laid_over, file_name = _user_file(env)
    _refuse_unknown(laid_over, defaults, file_name)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for section in Settings.__struct_fields__:
        if section == "state":
            continue
        struct = sections[section]
        values[section] = _load_section(section, struct, defaults, (laid_over, file_name), env, origins)
    settings = Settings(state=_state_path(env, origins), **values)
    _check_together(settings, origins)
    return Loaded(settings, origins)


def defaults_file() -> Path:
    """`conf/coilcast.toml` of the checkout, or its copy that the wheel installed."""
    checkout = Path(__file__).resolve().parents[2] / "conf" / "coilcast.toml"
    return checkout if checkout.exists() else Path(sys.prefix) / "share" / "coilcast" / "coilcast.toml"


def _load_section(
    section: str,
    struct: type[Struct],
    defaults: Mapping[str, Any],
    file: tuple[Mapping[str, Any], str],
    env: Mapping[str, str],
    origins: dict[str, str],
) -> Struct:
    laid_over, file_name = file
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        key = f"{section}.{field.name}"
        raw, origin, from_env = _raw_value(key, defaults, laid_over, file_name, env)
        if from_env and isinstance(defaults[section][field.name], list):
            raw = _listed(raw, key, origin)
        try:
            fields[field.name] = msgspec.convert(raw, field.type, strict=not from_env)
        except msgspec.ValidationError as error:
            raise SettingsError(f"{key} is {_shown(key, raw)} ({origin}): {_plain(error)}") from None
        origins[key] = origin
    return struct(**fields)


def _raw_value(
    key: str, defaults: Mapping[str, Any], laid_over: Mapping[str, Any], file_name: str, env: Mapping[str, str]
) -> tuple[Any, str, bool]:
    section, name = key.split(".")
    for variable in (f"COILCAST_{section}_{name}".upper(), LEGACY_NAMES.get(key)):
        if variable and env.get(variable):
            return env[variable], f"environment {variable}", True
    if name in laid_over.get(section, {}):
        return laid_over[section][name], file_name, False
    return defaults[section][name], "default", False


def _listed(raw: str, key: str, origin: str) -> list[Any]:
    """A list out of the environment: as JSON, or separated by commas."""
    if not raw.lstrip().startswith("["):
        return [part.strip() for part in raw.split(",") if part.strip()]
    try:
        return msgspec.json.decode(raw, type=list)
    except msgspec.MsgspecError as error:
        raise SettingsError(f"{key} is {_shown(key, raw)} ({origin}): not valid JSON: {error}") from None


def user_file(env: Mapping[str, str] | None = None) -> Path | None:
    """The settings file that is laid over the defaults; None when there is none."""
    path = _user_path(os.environ if env is None else env)
    return path if path.is_file() else None


def _user_path(env: Mapping[str, str]) -> Path:
    return Path(env.get("COILCAST_CONFIG") or "/etc/coilcast/coilcast.toml")


def _user_file(env: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    path = _user_path(env)
    if not env.get("COILCAST_CONFIG") and not path.exists():
        return {}, ""
    return _read_toml(path), str(path)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from None


def _refuse_unknown(laid_over: Mapping[str, Any], defaults: Mapping[str, Any], file_name: str) -> None:
    for section, content in laid_over.items():
        if section not in defaults or not isinstance(content, dict):
            raise SettingsError(f"[{section}] in {file_name} is no section; there are: {', '.join(defaults)}")
        for name in content:
            if name not in defaults[section]:
                raise SettingsError(
                    f"{section}.{name} in {file_name} is no setting; [{section}] has: {', '.join(defaults[section])}"
                )


def _state_path(env: Mapping[str, str], origins: dict[str, str]) -> Path:
    named = env.get("COILCAST_STATE_PATH")
    origins["state"] = "environment COILCAST_STATE_PATH" if named else "default"
    if named:
        return Path(named).absolute()
    base = env.get("XDG_STATE_HOME") or os.path.join(env.get("HOME") or str(Path.home()), ".local", "state")
    return Path(base) / "coilcast"


def _check_together(settings: Settings, origins: Mapping[str, str]) -> None:
    """What no single field can know."""
    try:
        ZoneInfo(settings.node.timezone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(
            f"node.timezone is {settings.node.timezone!r} ({origins['node.timezone']}): "
            "no such time zone; give one like Asia/Seoul"
        ) from None
    if settings.supervision.heartbeat_timeout_s < 2 * settings.supervision.heartbeat_interval_s:
        raise SettingsError(
            f"supervision.heartbeat_timeout_s is {settings.supervision.heartbeat_timeout_s:g} "
            f"({origins['supervision.heartbeat_timeout_s']}): must be at least twice supervision.heartbeat_interval_s"
        )
    if settings.metrics.on_gateway and not settings.metrics.port:
        raise SettingsError(
            f"metrics.on_gateway is true ({origins['metrics.on_gateway']}) and metrics.port is 0 "
            f"({origins['metrics.port']}): the gateway asks that port; give one"
        )
    if settings.metrics.port == settings.gateway.port:
        raise SettingsError(
            f"metrics.port is {settings.metrics.port} ({origins['metrics.port']}), which is gateway.port, too: "
            "give another, or 0 for none"
        )
    if len(set(settings.images.kinds)) != len(settings.images.kinds):
        raise SettingsError(
            f"images.kinds is {list(settings.images.kinds)} ({origins['images.kinds']}): names one twice"
        )


def _shown(key: str, raw: Any) -> str:
    return "not shown here" if key in SECRET else repr(raw)


def _plain(error: msgspec.ValidationError) -> str:
    text = str(error).split(" - at ")[0].replace("`", "")
    return "must be " + text.removeprefix("Expected ") if text.startswith("Expected ") else text

"""Settings: defaults, a file over them, the environment over both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.shared.errors import SettingsError
from services.shared.settings import LEGACY_NAMES, defaults_file, load_settings, load_with_origins


def config(tmp_path: Path, text: str) -> dict[str, str]:
    file = tmp_path / "coilcast.toml"
    file.write_text(text)
    return {"COILCAST_CONFIG": str(file)}


def test_defaults_are_those_of_the_replaced_service() -> None:
    """Without any setting the replaced service's defaults hold."""
    settings = load_settings({"HOME": "/home/ops"})
    assert settings.gateway.port == 8081
    assert settings.images.base_path == "/var/lib/ccl-images"
    assert settings.images.max_file_size_bytes == 52_428_800
    assert settings.gateway.ping_interval_ms == 30_000
    assert (settings.gateway.max_reconnect_attempts, settings.gateway.reconnect_delay_ms) == (5, 3000)
    assert settings.gateway.bind == "127.0.0.1"
    assert settings.state == Path("/home/ops/.local/state/coilcast")


def test_legacy_variables_keep_their_meaning() -> None:
    """Every environment variable of the replaced service still sets what it set."""
    given = {
        "IMAGE_RECEIVER_PORT": "9001",
        "IMAGE_BASE_PATH": "/srv/images",
        "MAX_FILE_SIZE": "1000",
        "WS_PING_INTERVAL": "500",
        "MAX_RECONNECT_ATTEMPTS": "7",
        "RECONNECT_DELAY": "100",
    }
    assert set(given) == set(LEGACY_NAMES.values())
    settings = load_settings(given)
    assert settings.gateway.port == 9001
    assert settings.images.base == Path("/srv/images")
    assert settings.images.max_file_size_bytes == 1000
    assert settings.gateway.ping_interval_ms == 500
    assert settings.gateway.max_reconnect_attempts == 7
    assert settings.gateway.reconnect_delay_ms == 100


def test_environment_wins_over_file_and_file_over_default(tmp_path: Path) -> None:
    """Each value comes from the nearest layer that names it, and its origin says which."""
    env = config(tmp_path, "[stall]\nafter_s = 10\n[gateway]\nport = 9000\n")
    env["COILCAST_GATEWAY_PORT"] = "9002"
    loaded = load_with_origins(env)
    assert (loaded.settings.stall.after_s, loaded.settings.gateway.port) == (10.0, 9002)
    assert loaded.origins["gateway.port"] == "environment COILCAST_GATEWAY_PORT"
    assert loaded.origins["stall.after_s"] == env["COILCAST_CONFIG"]
    assert loaded.origins["node.language"] == "default"


def test_lists_and_switches_can_be_given_in_the_environment() -> None:
    """A list is comma-separated, a switch is true or false."""
    settings = load_settings({"COILCAST_IMAGES_KINDS": "raw, marked", "COILCAST_GATEWAY_DEMO_IMAGE": "false"})
    assert settings.images.kinds == ("raw", "marked")
    assert settings.gateway.demo_image is False


def test_an_empty_variable_is_no_setting() -> None:
    """A variable that is set to nothing leaves the default."""
    assert load_settings({"IMAGE_BASE_PATH": ""}).images.base_path == "/var/lib/ccl-images"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"IMAGE_RECEIVER_PORT": "99999"}, ["gateway.port", "'99999'", "IMAGE_RECEIVER_PORT", "65535"]),
        ({"IMAGE_RECEIVER_PORT": "http"}, ["gateway.port", "'http'", "int"]),
        ({"COILCAST_NODE_LANGUAGE": "fr"}, ["node.language", "'fr'"]),
        ({"COILCAST_NODE_TIMEZONE": "Mars/Olympus"}, ["node.timezone", "Mars/Olympus", "Asia/Seoul"]),
        ({"COILCAST_IMAGES_KINDS": "../etc"}, ["images.kinds", "../etc"]),
        ({"COILCAST_IMAGES_KINDS": "a,a"}, ["images.kinds", "twice"]),
        ({"COILCAST_SUPERVISION_HEARTBEAT_TIMEOUT_S": "1"}, ["heartbeat_timeout_s", "heartbeat_interval_s"]),
        ({"COILCAST_CONFIG": "/nowhere/x.toml"}, ["/nowhere/x.toml", "cannot be read"]),
    ],
)
def test_a_wrong_value_is_named_with_what_it_was_and_what_it_may_be(env: dict[str, str], says: list[str]) -> None:
    """A wrong value stops the start with one line: the setting, the value, its origin, what it may be."""
    with pytest.raises(SettingsError) as caught:
        load_settings(env)
    assert "\n" not in str(caught.value)
    for part in says:
        assert part in str(caught.value)


@pytest.mark.parametrize("text", ["[gateway]\nprot = 1\n", "[gatway]\nport = 1\n", "port = 1\n"])
def test_an_unknown_key_stops_the_start(tmp_path: Path, text: str) -> None:
    """A misspelt section or name is refused, and the right ones are listed."""
    with pytest.raises(SettingsError, match="gateway"):
        load_settings(config(tmp_path, text))


def test_every_default_has_a_line_that_explains_it() -> None:
    """Each setting in the shipped file carries a comment on the same line."""
    for line in defaults_file().read_text("utf-8").splitlines():
        if re.match(r"^\w+ =", line):
            assert re.search(r"\s# \S", line), line


@pytest.mark.parametrize("urls", ["hunter2secret", '["mailto://u:hunter2@x.example", 5]', '["hunter2'])
def test_a_secret_is_not_in_the_complaint_about_it(urls: str) -> None:
    """Whoever reads the journal need not know where alerts go."""
    with pytest.raises(SettingsError, match=r"alerts\.urls is not shown here") as caught:
        load_settings({"COILCAST_ALERTS_URLS": urls})
    assert "hunter2" not in str(caught.value)


def test_the_gateway_can_serve_only_figures_that_there_are() -> None:
    """It asks the monitor's port, which is there for Prometheus alone unless it is given."""
    with pytest.raises(SettingsError, match=r"metrics\.on_gateway is true .* metrics\.port is 0"):
        load_settings({"COILCAST_METRICS_ON_GATEWAY": "true", "COILCAST_METRICS_PORT": "0"})

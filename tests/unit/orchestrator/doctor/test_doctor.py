"""The doctor: nothing secret leaves, nothing that hangs holds up the rest."""

from __future__ import annotations

import os
import stat
import tarfile
import time
from pathlib import Path

import pytest

from orchestrator.doctor.aside import examine
from orchestrator.doctor.bundle import look, patient_of, write
from orchestrator.doctor.masking import MASK, Mask, secrets_of
from orchestrator.doctor.part import Examination, Noticed, Part, Patient
from orchestrator.doctor.wording import DOCTOR
from orchestrator.errors import CommandFailed
from services.shared.phrases import phrases
from services.shared.settings import user_file

MAIL = "mailtos://line1:Hunter2!pw@mail.plant.example:587?to=ops@plant.example"
DEAD_MAN = "https://hc.plant.example/ping/5f1c1a0e-aaaa-bbbb-cccc-0123456789ab"
ENGLISH = phrases("en", DOCTOR)


def environment(tmp_path: Path, **env: str) -> dict[str, str]:
    """A state folder with a log in it, and no node."""
    (tmp_path / "logs").mkdir(exist_ok=True)
    fixed = {"COILCAST_STATE_PATH": str(tmp_path), "COILCAST_NODE_LANGUAGE": "en", "IMAGE_BASE_PATH": str(tmp_path)}
    return fixed | env


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sent to slack://TokenA/TokenB", f"sent to {MASK}"),
        ("see https://user:pa55@host/path", f"see https://{MASK}@host/path"),
        ("Authorization: Bearer abc.def-123", f"Authorization: Bearer {MASK}"),
        ('{"password": "hello", "port": 8081}', f'{{"password": "{MASK}", "port": 8081}}'),
        ("url?api_key=xyz123&camera=main", f"url?api_key={MASK}&camera=main"),
        ("new token Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A", f"new token {MASK}"),
        ("20260101120000_2891_original.jpg is seen", "20260101120000_2891_original.jpg is seen"),
        ("epoch 0123456789abcdef of node line1", "epoch 0123456789abcdef of node line1"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    """And what only looks a little like one can still be read."""
    assert Mask(["slack://TokenA/TokenB"])(text) == masked


def test_each_piece_of_a_secret_is_masked() -> None:
    """A library that fails may tell the password without the address around it."""
    mask = Mask([MAIL, DEAD_MAN])
    for piece in ("Hunter2!pw", "5f1c1a0e-aaaa-bbbb-cccc-0123456789ab", "ops@plant.example"):
        assert piece not in mask(f"error: {piece} was refused")


@pytest.mark.parametrize("content", ['[alerts]\nurls = ["{}"]\n', '[alerts]\nurls = ["{}"\nbroken'])
def test_secrets_are_found_in_a_file_that_cannot_be_used(tmp_path: Path, content: str) -> None:
    """As they are in the environment, whatever else is wrong with the settings."""
    path = tmp_path / "my.toml"
    path.write_text(content.format(MAIL))
    env = environment(
        tmp_path, COILCAST_CONFIG=str(path), COILCAST_ALERTS_DEAD_MAN_URL=DEAD_MAN, COILCAST_GATEWAY_PORT="x"
    )
    patient = patient_of(env)
    assert patient.loaded is None
    found = secrets_of(patient.settings, env, user_file(env))
    assert {MAIL, DEAD_MAN} <= set(found)


def test_a_bundle_has_no_secret_in_it(tmp_path: Path) -> None:
    """Not from the settings, not from the logs, not from the words of the summary; and it is for its owner only."""
    env = environment(tmp_path, COILCAST_ALERTS_URLS=f'["{MAIL}"]', COILCAST_ALERTS_DEAD_MAN_URL=DEAD_MAN)
    token = "cc_Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A"
    (tmp_path / "logs" / "gateway-0.log").write_text(
        f"2026 ERROR [Gateway] request failed: Authorization: Bearer {token}\n2026 INFO sent to {MAIL}\n"
        f"2026 INFO cannot log in with Hunter2!pw\n2026 INFO asked for {DEAD_MAN}\n2026 INFO image a.jpg\n"
    )
    found, lines = look(patient_of(env), ENGLISH)
    target = tmp_path / "bundle.tar.gz"
    write(target, found)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with tarfile.open(target) as archive:
        texts = {info.name: archive.extractfile(info).read().decode() for info in archive}  # type: ignore[union-attr]
    everything = "\n".join([*texts.values(), *lines])
    for secret in (MAIL, DEAD_MAN, "Hunter2", "5f1c1a0e", token, token[3:], "mail.plant.example"):
        assert secret not in everything
    assert "image a.jpg" in texts["bundle/logs/gateway-0.log"]
    assert f"alerts.urls = {MASK}" in texts["bundle/settings.txt"]
    wanted = {"summary.txt", "settings.txt", "check.txt", "status.json", "mounts.txt", "limits.txt", "clock.txt",
              "versions.txt", "integrity.txt", "metrics.txt", "folders/images.txt"}  # fmt: skip
    assert {f"bundle/{name}" for name in wanted} <= set(texts)
    assert "gateway-0: 1 errors in the latest log" in texts["bundle/summary.txt"]
    assert any(line.startswith(f"!! no node runs on {tmp_path}") for line in lines)


def test_what_hangs_costs_only_its_part(tmp_path: Path) -> None:
    """The others are there, and the summary says which is not."""

    def hangs(_: Patient) -> Part:
        time.sleep(60)
        return Part()

    def dies(_: Patient) -> Part:
        os._exit(1)

    def fails(_: Patient) -> Part:
        raise ValueError("broken")

    def works(_: Patient) -> Part:
        return Part({"a.txt": "x" * 300_000}, [Noticed("unwell", {"reason": "r"})])

    began_s = time.monotonic()
    found = examine(
        patient_of(environment(tmp_path)),
        [Examination("h", hangs, 0.5), Examination("d", dies), Examination("f", fails), Examination("w", works)],
    )
    assert time.monotonic() - began_s < 5
    assert found["w"].files == {"a.txt": "x" * 300_000}
    assert found["h"].noticed[0].key == "late"
    assert "ValueError: broken" in found["f"].files["f.error.txt"]
    assert found["d"].noticed[0].key == "failed"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_settings_that_cannot_be_used_are_a_finding(tmp_path: Path) -> None:
    """The rest is looked at all the same."""
    found, lines = look(patient_of(environment(tmp_path, COILCAST_GATEWAY_PORT="x")), phrases("en", DOCTOR))
    assert any("the settings cannot be used: gateway.port" in line for line in lines)
    assert "versions.txt" in found.files


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """And leaves nothing behind."""
    with pytest.raises(CommandFailed, match="name another file"):
        write(tmp_path / "none" / "a.tar.gz", Part({"a": "b"}))


def test_every_sentence_can_be_said_in_both_languages() -> None:
    """With the same fields."""
    texts = ["path", "size", "part", "error", "text", "state", "reason", "name", "summary", "advice", "what"]
    words = dict.fromkeys(texts, "w")
    numbers = dict.fromkeys(["within_s", "count", "percent", "value", "least"], 1)
    for language in ("ko", "en"):
        for key in DOCTOR:
            assert phrases(language, DOCTOR)(key, **words, **numbers)

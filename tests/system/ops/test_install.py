"""The unit of systemd, as systemd judges it; installing, upgrading and rolling back, below a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from services.shared.database import unversioned
from services.shared.operations import Alerts
from tests.system.support.wheels import BORROWED, CHECKOUT, build, folder_of

INSTALL = CHECKOUT / "ops" / "systemd" / "install"
UNIT = INSTALL.with_name("coilcast.service")

analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


class Plant:
    """A folder that stands for a machine's root."""

    def __init__(self, root: Path, dists: dict[str, Path]) -> None:
        self.root = root
        self.dists = dists
        self.opt = root / "opt" / "coilcast"
        self.state = root / "var" / "lib" / "coilcast"

    def install(self, *words: str, version: str = "1.0.0", code: int = 0) -> str:
        """What the script says."""
        env = os.environ | BORROWED | {"COILCAST_NODE_LANGUAGE": "en"}
        env.pop("COILCAST_CONFIG", None)
        ended = subprocess.run(
            [INSTALL, *words, "--root", self.root, "--from", self.dists[version]],
            env=env,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def version(self) -> str:
        """What the installed command says that it is."""
        command = self.opt / "current" / "bin" / "service-orchestrator"
        said = subprocess.run(
            [command, "version"], env=os.environ | BORROWED, capture_output=True, text=True, check=True
        )
        return said.stdout.split()[1]

    def link(self, name: str) -> str:
        return str((self.opt / name).readlink())

    def use(self) -> None:
        """A state as a node would have made it."""
        alerts = Alerts(self.state / "operations.db")
        alerts.close()

    def everything(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if "lib/python" not in str(path)}


@pytest.fixture(scope="module")
def dists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four versions to install from, the last of them twice."""
    folder = tmp_path_factory.mktemp("dists")
    wheel = build(folder)
    made = {version: folder_of(wheel, version, folder / version) for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0")}
    return made | {"rebuilt": folder_of(wheel, "1.3.0", folder / "rebuilt", remark="rebuilt")}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory, dists: dict[str, Path]) -> Plant:
    """One for the tests of this module, each of which goes on where the one before ended."""
    return Plant(tmp_path_factory.mktemp("plant"), dists)


@analyze
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """Every line of it is known, but for the program, which is only there once it is installed."""
    unit = tmp_path / "coilcast.service"
    unit.write_text(UNIT.read_text().replace("/opt/coilcast/current/bin/service-orchestrator", "/bin/true"))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    assert "coilcast.service" not in said.stderr


@analyze
def test_the_unit_is_hardened() -> None:
    """systemd's own measure, of which everything up to 2.5 is in the green."""
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-300:]


def test_a_first_installation_lays_everything(plant: Plant) -> None:
    """The version, its settings with the image folder, the unit with the right to write there, the command."""
    said = plant.install("--images", "/data/100% ccl")
    assert "current is 1.0.0" in said
    assert plant.version() == "1.0.0"
    settings = (plant.root / "etc/coilcast/coilcast.toml").read_text()
    assert 'base_path = "/data/100% ccl"' in settings
    units = plant.root / "etc/systemd/system"
    assert (units / "coilcast.service").read_text() == UNIT.read_text()
    assert 'ReadWritePaths="-/data/100%% ccl"' in (units / "coilcast.service.d/images.conf").read_text()
    assert os.access(plant.root / "usr/local/bin/service-orchestrator", os.X_OK)
    assert (plant.root / "data/100% ccl").is_dir()


def test_installing_again_changes_nothing(plant: Plant) -> None:
    """Settings are kept whatever is in them, and an environment that is whole is not made again."""
    config = plant.root / "etc/coilcast/coilcast.toml"
    config.write_text(config.read_text().replace("/data/100% ccl", "/home/line/ccl"))
    before, made = plant.everything(), (plant.opt / "1.0.0/.made-from").stat().st_mtime_ns
    assert "keeping the settings" in plant.install("--images", "/elsewhere")
    assert plant.everything() == before
    assert (plant.opt / "1.0.0/.made-from").stat().st_mtime_ns == made
    laid = (plant.root / "etc/systemd/system/coilcast.service.d/images.conf").read_text()
    assert 'ReadWritePaths="-/home/line/ccl"\nProtectHome=read-only\n' in laid


AS_SYSTEMD_READS_IT = r"""
# comment=no
; NOR=this
IMAGE_BASE_PATH=/mnt/line 1/images
  TO=mailto://u:p$$w@host?x=1&y=2 `id`
QUOTED="two words"
SINGLE='a "b"'
EMPTY=
not a variable
1BAD=1
LAST=without an end of line"""
MEANS = {
    "IMAGE_BASE_PATH": "/mnt/line 1/images",
    "TO": "mailto://u:p$$w@host?x=1&y=2 `id`",
    "QUOTED": "two words",
    "SINGLE": 'a "b"',
    "EMPTY": "",
    "LAST": "without an end of line",
}


def test_the_command_reads_the_environment_as_systemd_does(tmp_path: Path) -> None:
    """Nothing in it is run, and a value needs no quotes."""
    (tmp_path / "environment").write_text(AS_SYSTEMD_READS_IT)
    command = INSTALL.with_name("service-orchestrator").read_text().partition("export COILCAST_STATE_PATH")[0]
    script = command.replace("/etc/coilcast/environment", str(tmp_path / "environment")) + "exec env -0\n"
    said = subprocess.run(["sh", "-c", script], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True)
    found = dict(one.split("=", 1) for one in said.stdout.decode().split("\0") if one)
    assert said.stderr == b""
    assert {
        name: value for name, value in found.items() if name not in ("PATH", "PWD", "_", "SHLVL", "OLDPWD")
    } == MEANS


def test_the_installer_reads_the_environment_as_systemd_does(plant: Plant) -> None:
    """The image folder that is in it is the one that may be written to."""
    environment = plant.root / "etc/coilcast/environment"
    environment.write_text(AS_SYSTEMD_READS_IT)
    plant.install()
    laid = (plant.root / "etc/systemd/system/coilcast.service.d/images.conf").read_text()
    assert 'ReadWritePaths="-/mnt/line 1/images"\n' in laid
    environment.unlink()
    plant.install()


def test_an_installation_is_not_an_upgrade_by_mistake(plant: Plant) -> None:
    """Without a backup nothing is replaced."""
    assert "upgrade" in plant.install(version="1.1.0", code=1)
    assert plant.version() == "1.0.0"
    assert not (plant.opt / "1.1.0").exists()


def test_an_upgrade_backs_up_first(plant: Plant) -> None:
    """The new version is in place, the old one beside it, and the state of before in a file."""
    plant.use()
    said = plant.install("upgrade", version="1.1.0")
    assert said.index("backup made") < said.index("current is 1.1.0")
    assert plant.version() == "1.1.0"
    assert plant.link("previous") == "1.0.0"
    (archive,) = (plant.state / "backups").glob("before-1.1.0-*.tar.gz")
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "in place already" in plant.install("upgrade", version="1.1.0")
    assert plant.link("previous") == "1.0.0"


def test_an_unfinished_environment_is_made_anew(plant: Plant) -> None:
    """As after a power cut in the middle."""
    (plant.opt / "1.2.0" / "bin").mkdir(parents=True)
    plant.install("upgrade", version="1.2.0")
    assert plant.version() == "1.2.0"


def test_a_rollback_goes_to_the_version_before(plant: Plant) -> None:
    """And a second one forward again."""
    plant.install("rollback")
    assert (plant.version(), plant.link("previous")) == ("1.1.0", "1.2.0")
    plant.install("rollback")
    assert (plant.version(), plant.link("previous")) == ("1.2.0", "1.1.0")


def test_a_rollback_that_could_not_open_the_state_needs_the_backup(plant: Plant) -> None:
    """It says so before anything is stopped; with the backup from before the upgrade it works."""
    database = unversioned(plant.state / "operations.db", write=True)
    (known,) = database.execute("PRAGMA user_version").fetchone()
    database.execute("PRAGMA user_version = 99")
    database.close()
    said = plant.install("rollback", code=1)
    assert "newer coilcast" in said
    assert "rollback --restore" in said
    assert plant.version() == "1.2.0"
    plant.install("rollback", "--restore")
    assert plant.version() == "1.1.0"
    database = unversioned(plant.state / "operations.db")
    assert database.execute("PRAGMA user_version").fetchone() == (known,)
    database.close()
    assert (plant.state / "operations.db.before-restore").exists()


def test_only_the_last_versions_stay(plant: Plant) -> None:
    """Three, and always those that are in use."""
    plant.install("upgrade", version="1.3.0")
    kept = sorted(path.parent.name for path in plant.opt.glob("[0-9]*/.made-from"))
    assert kept == ["1.1.0", "1.2.0", "1.3.0"]
    assert (plant.link("current"), plant.link("previous")) == ("1.3.0", "1.1.0")


def test_another_wheel_of_the_same_version_gets_a_name_of_its_own(plant: Plant) -> None:
    """What runs is never written over."""
    plant.install("upgrade", version="rebuilt")
    assert re.fullmatch(r"1\.3\.0-[0-9a-f]{8}", plant.link("current"))
    assert plant.link("previous") == "1.3.0"


def test_a_wheel_that_is_not_the_one_of_the_list_is_refused(plant: Plant, tmp_path: Path) -> None:
    """Nothing is put in place of it."""
    before = plant.link("current")
    shutil.copytree(plant.dists["1.3.0"], tmp_path / "bad")
    (wheel,) = (tmp_path / "bad").glob("*.whl")
    wheel.rename(wheel.with_name(wheel.name.replace("1.3.0", "1.9.0")))
    text = (tmp_path / "bad/requirements.txt").read_text().replace("==1.3.0", "==1.9.0")
    (tmp_path / "bad/requirements.txt").write_text(re.sub("sha256:.*", "sha256:" + "0" * 64, text))
    plant.dists["bad"] = tmp_path / "bad"
    plant.install("upgrade", version="bad", code=1)
    assert plant.link("current") == before
    assert not (plant.opt / "1.9.0" / ".made-from").exists()


def test_without_root_it_says_what_it_needs() -> None:
    """A plain user who types it gets one line."""
    if os.getuid() != 0:
        pytest.skip("needs root to become somebody else")
    said = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", "bash", INSTALL], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "needs root" in said.stderr

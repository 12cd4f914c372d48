# The versions in $OPT for ops/systemd/install: an environment each, and the links to them. Sourced, never run.
# shellcheck shell=bash
# shellcheck disable=SC2154 # dist and root are the installer's, as are say and fail

KEPT=3

# identify: which version the wheel in $dist is, and what it is called in $OPT: another wheel of the same version has the
# beginning of its hash behind it.
identify() {
    local wheels
    [[ -n $dist ]] || find_wheels
    wheels=("$dist"/coilcast-*.whl)
    [[ -e ${wheels[0]} ]] || fail "there is no wheel of coilcast in $dist; ops/wheel makes it"
    ((${#wheels[@]} == 1)) || fail "there is more than one wheel of coilcast in $dist"
    [[ -e $dist/requirements.txt ]] || fail "there is no requirements.txt in $dist; ops/wheel makes it"
    sum=$(sha256sum "${wheels[0]}" | cut -d' ' -f1)
    name=$(basename "${wheels[0]}" | cut -d- -f2)
    if [[ -e $OPT/$name/.made-from && $(cat "$OPT/$name/.made-from") != "$sum" ]]; then
        name=$name-${sum:0:8}
    fi
}

# make_version: the environment of that wheel. Made in place, as it cannot be moved; one that was not finished, anew.
make_version() {
    local python
    if [[ -e $OPT/$name/.made-from ]]; then
        say "version $name is in $OPT already"
        return
    fi
    python=$(find_python) || fail "no Python 3.11 or later with venv outside of homes; on Debian: apt-get install python3-venv"
    say "making version $name in $OPT/$name"
    rm -rf "${OPT:?}/$name"
    mkdir -p "$OPT"
    "$python" -m venv "$OPT/$name"
    # The list is complete and each archive held to its hash: nothing is looked for.
    "$OPT/$name/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input --no-index --no-deps \
        --find-links "$dist" --require-hashes --requirement "$dist/requirements.txt"
    "$OPT/$name/bin/service-orchestrator" version >/dev/null || fail "the command of $OPT/$name does not start"
    cp "$HERE/coilcast.service" "$OPT/$name/share/coilcast/"
    echo "$sum" >"$OPT/$name/.made-from"
}

find_wheels() {
    for dist in "$HERE/.." "$HERE/../../dist"; do
        if compgen -G "$dist/coilcast-*.whl" >/dev/null; then
            dist=$(absolute "$dist")
            return
        fi
    done
    fail "no wheels; ops/wheel makes them, --from FOLDER says where they are"
}

# One that is below a home is none for a service, which sees no homes.
find_python() {
    local found
    for found in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        found=$("$found" -c 'import sys, ensurepip, os; sys.version_info >= (3, 11) and print(os.path.realpath(sys.executable))' \
            2>/dev/null) || continue
        if [[ -n $found && (-n $root || ($found != /root/* && $found != /home/*)) ]]; then
            echo "$found"
            return
        fi
    done
    return 1
}

# forget_old: of the versions only the last are kept, and those that the links are on.
forget_old() {
    local old
    find "$OPT" -mindepth 2 -maxdepth 2 -name .made-from -printf '%T@ %h\n' | sort -rn | tail -n +$((KEPT + 1)) \
        | cut -d' ' -f2- | while read -r old; do
        case $(basename "$old") in
            "$(linked current)" | "$(linked previous)") ;;
            *)
                say "removing version $(basename "$old")"
                rm -rf "$old"
                ;;
        esac
    done
}

# linked NAME: the version that the link is on, empty when there is none.
linked() {
    readlink "$OPT/$1" 2>/dev/null || true
}

# point NAME VERSION: in one step, so that there is a version at any moment.
point() {
    say "$1 is $2"
    ln -sfn "$2" "$OPT/.$1.new"
    mv -T "$OPT/.$1.new" "$OPT/$1"
}

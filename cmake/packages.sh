# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What run, check and .ci/run share: saying what happens, installing what is missing, choosing how
# many compilers run at once. Sourced, never run; the working folder is the top of the tree.

say() { printf '\n==> %s\n' "$*"; }
fail() { printf '\n==> %s\n' "$*" >&2; exit 1; }

# Names of the packages of some groups that this machine does not have.
missing_packages() {
    local group name
    while read -r group name _; do
        [[ " $* " == *" $group "* ]] || continue
        # A newer node from elsewhere does as well as Debian's, and brings its own npm.
        case $name in
            nodejs) command -v node >/dev/null && continue ;;
            npm) command -v npm >/dev/null && continue ;;
        esac
        [[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" == installed ]] || echo "$name"
    done < <(grep -E '^[a-z]' cmake/packages.txt)
}

# Installs what is missing of the groups named. Says nothing to a machine that has everything.
install_packages() {
    local missing as_root=()
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    command -v apt-get >/dev/null ||
        fail "Not a Debian system. Install what belongs to these packages by hand: ${missing[*]}"
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "Packages are missing. As root, run: apt-get update && apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get -q update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "${missing[@]}" </dev/null ||
        fail "The packages could not be installed; the lines above say why."
}

# Compilers at once: one per core, fewer when memory is short (a file that opens Beast needs 1 GB).
build_jobs() {
    local cores memory_kb limit jobs
    cores=$(nproc)
    memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
    if [[ $limit != max ]] && ((limit / 1024 < memory_kb)); then
        memory_kb=$((limit / 1024))
    fi
    jobs=$((memory_kb / 1500000))
    ((jobs < cores)) || jobs=$cores
    ((jobs > 0)) || jobs=1
    echo "$jobs"
}

# configure PRESET [cmake options]: once; afterwards ninja itself sees when it must be done again.
configure() {
    local preset=$1
    shift
    if command -v ccache >/dev/null; then
        export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    if [[ ! -f build/$preset/build.ninja || $# -gt 0 ]]; then
        cmake --preset "$preset" "$@"
    fi
}

# build PRESET [targets]
build() {
    local preset=$1
    shift
    ninja -C "build/$preset" -j "$(build_jobs)" "$@"
}

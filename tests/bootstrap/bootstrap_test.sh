#!/usr/bin/env bash
# cmake/bootstrap on machines that this one is not: no network, no root, a pip without its configuration, an index that
# gives the wrong wheel. pip, apt and sudo are played by tests/bootstrap/fake; each case has a machine of its own.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bootstrap=$source_dir/cmake/bootstrap
REAL_PYTHON=$(python3 -c 'import sys; print(sys.executable)')
FAKE_SOURCE=$source_dir/tests/bootstrap/fake
export REAL_PYTHON FAKE_SOURCE
unset SLUICE_TORCH Torch_DIR SLUICE_ONNXRUNTIME SLUICE_PACKAGES PIP_CONFIG_FILE PIP_FIND_LINKS PYTORCH_INDEX
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
real_path=$PATH
failures=0

# A Debian 12 machine where nothing of ours is installed and pip knows nothing beyond PyPI.
new_machine() {
  FAKE=$(mktemp -d -p "$scratch")
  export FAKE SLUICE_DEPS_DIR=$FAKE/deps PATH=$FAKE/bin:$real_path
  mkdir -p "$FAKE/bin" "$FAKE/etc/apt/sources.list.d"
  ln -s "$FAKE_SOURCE/python3" "$FAKE/bin/python3"
  local tool
  for tool in apt-get apt-cache apt-config dpkg dpkg-query id sudo; do ln -s "$FAKE_SOURCE/apt" "$FAKE/bin/$tool"; done
  touch "$FAKE/installed" "$FAKE/pip.log" "$FAKE/apt.log"
  echo 'VERSION_CODENAME=bookworm' >"$FAKE/etc/os-release"
  # Every word of the script that could be a package, except those that Debian 12 does not have.
  grep -oE '[a-z0-9][a-z0-9.+-]+' "$bootstrap" | grep -vE '1\.83|1\.88|rt-19|onnxruntime' | sort -u >"$FAKE/known"
}

# run [VARIABLE=value...] PART: runs it; $status and $said are what came out.
run() { status=0; said=$(env "${@:1:$#-1}" "$bootstrap" "${@: -1}" 2>&1 </dev/null) || status=$?; }

fail() { printf 'FAILED %s: %s\n' "$case" "$1"; printf '%s\n' "${@:2}" | sed 's/^/    /'; failures=$((failures + 1)); }
expect_status() { [[ $status == "$1" ]] || fail "exit status $status instead of $1" "$said"; }
expect_said() { [[ $said == *"$1"* ]] || fail "does not say: $1" "$said"; }
expect_silence() { [[ -z $said ]] || fail "is not silent" "$said"; }
expect_pip_calls() { diff <(printf '%s\n' "$@" | sed '/^$/d') "$FAKE/pip.log" >"$FAKE/diff" || fail "other calls of pip" "$(<"$FAKE/diff")"; }
expect_file() { [[ -e $SLUICE_DEPS_DIR/$1 ]] || fail "no .deps/$1"; }
expect_no_file() { [[ ! -e $SLUICE_DEPS_DIR/$1 ]] || fail "there is a .deps/$1"; }
expect_apt() { grep -qF -- "$1" "$FAKE/apt.log" || fail "apt-get was not called as: $1" "$(<"$FAKE/apt.log")"; }
expect_no_apt() { [[ ! -s $FAKE/apt.log ]] || fail "apt-get was called" "$(<"$FAKE/apt.log")"; }

readonly torch=torch==2.13.0+cpu
readonly pytorch=https://download.pytorch.org/whl/cpu

# ---- LibTorch: which source is asked, in which order ----

torch_comes_from_the_configured_indexes_first() {
  run PIP_FIND_LINKS=cpu PYTORCH_INDEX=cpu torch
  expect_status 0
  expect_said 'bootstrap: fetching LibTorch (torch==2.13.0+cpu, about 190 MB) into .deps/torch'
  expect_pip_calls "download $torch from configured"
  expect_file torch/lib/libtorch_cpu.so
  expect_file torch/share/cmake/Torch/TorchConfig.cmake
  expect_no_file torch/nn
}

torch_is_fetched_once() {
  run PIP_FIND_LINKS=cpu torch
  run PIP_FIND_LINKS=cpu torch
  expect_status 0
  expect_silence
  expect_pip_calls "download $torch from configured"
}

without_pip_configuration_torch_comes_from_pytorchs_index() {
  run PIP_FIND_LINKS=cpu PIP_CONFIG_FILE=/dev/null PYTORCH_INDEX=cpu torch
  expect_status 0
  expect_pip_calls "download $torch from configured" "download $torch from $pytorch"
  expect_file torch/lib/libtorch_cpu.so
}

a_cuda_wheel_is_refused_and_the_next_source_asked() {
  run PIP_FIND_LINKS=cuda PYTORCH_INDEX=cpu torch
  expect_status 0
  expect_pip_calls "download $torch from configured" "download $torch from $pytorch"
  expect_no_file torch/lib/libtorch_cuda.so
}

a_wheel_that_is_not_marked_as_cpu_build_is_refused() {
  run PIP_FIND_LINKS=plain torch
  expect_status 1
  expect_said 'bootstrap: refused: torch-2.13.0.whl, which is not the CPU build of LibTorch'
}

with_only_cuda_wheels_it_gives_up_and_names_the_ways_out() {
  run PIP_FIND_LINKS=cuda PYTORCH_INDEX=cuda torch
  expect_status 1
  expect_said "refused: torch-2.13.0+cpu.whl torch-2.13.0+cpu.whl, which is not the CPU build of LibTorch"
  expect_said "python3 -m pip download --no-deps --index-url $pytorch $torch -d DIR"
  expect_said 'PIP_FIND_LINKS=DIR cmake/bootstrap'
  expect_said 'SLUICE_TORCH=/path/to/libtorch cmake/bootstrap'
  expect_no_file torch
  expect_no_file torch.part
}

without_any_source_it_says_where_the_reason_is() {
  run torch
  expect_status 1
  expect_said "neither the configured indexes nor $pytorch gave $torch ($SLUICE_DEPS_DIR/bootstrap.log says why)"
  grep -q 'No matching distribution' "$SLUICE_DEPS_DIR/bootstrap.log" || fail 'the log has no reason'
}

a_given_libtorch_is_taken() {
  mkdir -p "$FAKE/mine/share/cmake/Torch"
  touch "$FAKE/mine/share/cmake/Torch/TorchConfig.cmake"
  run SLUICE_TORCH="$FAKE/mine" torch
  expect_status 0
  run Torch_DIR="$FAKE/mine/share/cmake/Torch" torch
  expect_status 0
  expect_silence
  expect_pip_calls ''
}

a_given_folder_without_libtorch_is_an_error() {
  run SLUICE_TORCH="$FAKE/nowhere" PIP_FIND_LINKS=cpu torch
  expect_status 1
  expect_said "says $FAKE/nowhere, but there is no TorchConfig.cmake in it"
  expect_pip_calls ''
}

debians_libtorch_serves_from_2_5_on() {
  echo 'libtorch-dev 2.6.0+dfsg-7' >"$FAKE/installed"
  run torch
  expect_status 0
  expect_pip_calls ''
  echo 'libtorch-dev 1.13.1+dfsg-4' >"$FAKE/installed"
  run PIP_FIND_LINKS=cpu torch
  expect_pip_calls "download $torch from configured"
}

# ---- interruptions ----

a_killed_download_is_started_again() {
  (setsid --wait env PIP_FIND_LINKS=killed "$bootstrap" torch &>/dev/null </dev/null) 2>/dev/null && fail 'was not killed'
  expect_no_file torch
  expect_file torch.part
  run PIP_FIND_LINKS=cpu torch
  expect_status 0
  expect_file torch/lib/libtorch_cpu.so
  expect_no_file torch.part
}

another_version_is_replaced() {
  mkdir -p "$SLUICE_DEPS_DIR/torch/lib"
  touch "$SLUICE_DEPS_DIR/torch/lib/libtorch_old.so"
  echo 'torch==2.5.0+cpu' >"$SLUICE_DEPS_DIR/torch/.origin"
  run PIP_FIND_LINKS=cpu torch
  expect_status 0
  expect_no_file torch/lib/libtorch_old.so
  expect_file torch/lib/libtorch_cpu.so
}

two_at_the_same_time_fetch_once() {
  env PIP_FIND_LINKS=cpu "$bootstrap" torch >/dev/null 2>&1 &
  run PIP_FIND_LINKS=cpu torch
  wait
  expect_status 0
  expect_pip_calls "download $torch from configured"
}

# ---- ONNX Runtime ----

onnxruntime_is_library_links_and_headers() {
  debian_sources
  run PIP_FIND_LINKS=cpu onnxruntime
  expect_status 0
  expect_file onnxruntime/include/onnxruntime_cxx_api.h
  [[ $(readlink -f "$SLUICE_DEPS_DIR/onnxruntime/lib/libonnxruntime.so") == */libonnxruntime.so.1.31.1 ]] || fail 'wrong link'
  [[ -L $SLUICE_DEPS_DIR/onnxruntime/lib/libonnxruntime.so.1 ]] || fail 'no soname link'
  expect_no_file onnxruntime/apt
  expect_no_file onnxruntime/lib/onnxruntime_pybind11_state.so
}

debian_sources() {
  cat >"$FAKE/etc/apt/sources.list.d/debian.sources" <<'SOURCES'
Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
SOURCES
}

headers_come_from_the_next_release_of_the_systems_own_source() {
  debian_sources
  run PIP_FIND_LINKS=cpu onnxruntime
  diff "$FAKE/sources-seen" - >"$FAKE/diff" <<'SOURCES' || fail 'other sources' "$(<"$FAKE/diff")"
Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  expect_apt "-o Dir::State::Lists=$SLUICE_DEPS_DIR/onnxruntime.part/apt/lists"
}

one_line_sources_serve_too() {
  cat >"$FAKE/etc/apt/sources.list" <<'SOURCES'
# deb http://commented.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb [signed-by=/etc/key.gpg arch=amd64] http://mirror.example/debian bookworm main contrib
SOURCES
  run PIP_FIND_LINKS=cpu onnxruntime
  expect_status 0
  diff "$FAKE/sources-seen" - >"$FAKE/diff" <<'SOURCES' || fail 'other sources' "$(<"$FAKE/diff")"
Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main contrib
Signed-By: /etc/key.gpg
SOURCES
}

a_release_that_has_the_headers_is_asked_directly() {
  echo libonnxruntime-dev >>"$FAKE/known"
  run PIP_FIND_LINKS=cpu onnxruntime
  expect_status 0
  expect_apt 'apt-get -qq download libonnxruntime-dev'
  [[ ! -e $FAKE/sources-seen ]] || fail 'a private source was used'
}

an_unknown_release_is_named() {
  echo 'VERSION_CODENAME=woody' >"$FAKE/etc/os-release"
  run PIP_FIND_LINKS=cpu onnxruntime
  expect_status 1
  expect_said "I don't know which release follows 'woody'"
  expect_no_file onnxruntime
}

without_the_onnxruntime_wheel_it_names_the_ways_out() {
  run onnxruntime
  expect_status 1
  expect_said 'No matching distribution found for onnxruntime==1.31.1'
  expect_said 'SLUICE_ONNXRUNTIME=/path cmake/bootstrap'
}

# ---- distribution packages ----

root_installs_without_asking() {
  run packages
  expect_status 0
  expect_apt 'apt-get update -qq'
  expect_apt 'apt-get install -qq -y --no-install-recommends'
  grep -q 'install.* libboost-json1.81-dev .*libxxhash-dev' "$FAKE/apt.log" || fail 'packages are missing' "$(<"$FAKE/apt.log")"
  grep -q 'slurm' "$FAKE/apt.log" && fail 'Slurm is only for the tests'
  run packages
  expect_silence
}

with_sudo_only_apt_get_runs_as_root() {
  run FAKE_UID=1000 FAKE_SUDO=yes packages
  expect_status 0
  expect_said 'with sudo apt-get'
  expect_apt 'sudo apt-get update -qq'
}

without_root_or_sudo_the_command_is_named() {
  run FAKE_UID=1000 packages
  expect_status 1
  expect_said 'apt-get update && apt-get install --no-install-recommends '
  expect_said ' libtomlplusplus-dev libsqlite3-dev '
  expect_no_apt
}

the_next_debian_has_the_same_libraries_under_other_names() {
  sed -i 's/1\.81/1.83/' "$FAKE/known"
  run packages
  expect_status 0
  expect_apt ' libboost-json1.83-dev '
}

a_package_that_the_distribution_lacks_is_named() {
  sed -i '/libhepmc3-dev/d' "$FAKE/known"
  run packages
  expect_status 1
  expect_said 'this distribution has no package libhepmc3-dev'
  expect_said 'SLUICE_PACKAGES=skip cmake/bootstrap'
}

packages_can_be_left_to_the_user() {
  run SLUICE_PACKAGES=skip packages
  expect_status 0
  expect_silence
  expect_no_apt
}

an_unknown_part_shows_the_usage() {
  run everything
  expect_status 64
  expect_said 'cmake/bootstrap build      what building and running Sluice needs'
}

mapfile -t cases < <(declare -F | awk '{ print $3 }' |
  grep -vE '^(new_machine|run|fail|expect_.*|debian_sources)$')
for case in "${cases[@]}"; do
  new_machine
  "$case"
done
printf '%d cases, %d failures\n' "${#cases[@]}" "$failures"
((failures == 0))

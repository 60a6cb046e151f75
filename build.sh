#!/usr/bin/env bash
# Builds, tests, demonstrates, measures and packs WassersteinAutoEncoders. `./build.sh help` lists the verbs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly torchsharp_version=0.106.0
readonly backend="${TorchBackend:-TorchSharp-cpu}"
readonly feed=eng/feed
readonly configuration=Release
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "build.sh: $*"; exit 1; }

usage() {
    cat <<'T'
./build.sh demo [options]   train on MNIST and write pictures and a report (demo --help lists the options)
./build.sh test             build everything and run every test
./build.sh bench [options]  measure against PyTorch; writes benchmarks/results/
./build.sh pack             make the packages in artifacts/packages and prove them from outside the tree
./build.sh build            only build everything
./build.sh torchsharp       only decide where TorchSharp comes from, and say so

Environment: TorchBackend=TorchSharp-cpu|TorchSharp-cuda-windows|TorchSharp-cuda-linux
             LIBTORCH=<folder with include/ and lib/>: the libtorch to build on where TorchSharp can't be restored
             WAE_DATA_DIR=<folder with mnist/ and cifar10/>
T
}

check_backend() {
    case $backend in
        TorchSharp-cpu | TorchSharp-cuda-windows | TorchSharp-cuda-linux) ;;
        *) fail "TorchBackend is $backend; it must be TorchSharp-cpu, TorchSharp-cuda-windows or TorchSharp-cuda-linux." ;;
    esac
}

need_dotnet() {
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it, so that 'dotnet --version' answers."
    local version
    version=$(dotnet --version 2>/dev/null || true)
    [[ ${version%%.*} -ge 10 ]] 2>/dev/null || fail "the .NET SDK is ${version:-of unknown version}; version 10 or later is needed."
}

# Whether the configured sources have the published TorchSharp. Asked once: the answer is kept until the sources,
# the version or the backend change.
sources_have_torchsharp() {
    local stamp=$feed/.answer question log
    question="$torchsharp_version $backend $(dotnet nuget list source --format Short | sort | sha256sum | cut -c 1-16)"
    if [[ -f $stamp && $(head -n 1 "$stamp") == "$question" ]]; then
        [[ $(tail -n 1 "$stamp") == yes ]]
        return
    fi
    say "TorchSharp: asking the configured package sources for $backend $torchsharp_version ..."
    log=$(mktemp)
    if dotnet restore eng/probe/TorchSharpProbe.csproj --force --verbosity quiet \
        -p:ProbeBackend="$backend" -p:ProbeVersion="$torchsharp_version" >"$log" 2>&1; then
        printf '%s\nyes\n' "$question" >"$stamp"
        rm -f "$log"
        return 0
    fi
    # Only a source that answered "not here" is remembered; one that could not be reached is asked again next time.
    if grep -qE 'NU110[0-9]' "$log" && ! grep -q NU1301 "$log"; then printf '%s\nno\n' "$question" >"$stamp"; fi
    rm -f "$log"
    return 1
}

libtorch_present() {
    if [[ -n ${LIBTORCH:-} ]]; then
        [[ -d $LIBTORCH/include && -e $LIBTORCH/lib/libtorch.so ]] \
            || fail "LIBTORCH=$LIBTORCH has no include/ and lib/libtorch.so: point it at a libtorch folder, or unset it."
        return 0
    fi
    [[ -e ${WAE_SYSTEM_ROOT:-}/usr/include/torch/library.h ]]
}

install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get >/dev/null && [[ $(id -u) == 0 ]] \
        || fail "missing: ${missing[*]}. Run as root on Debian 12, or install them yourself, or set LIBTORCH, or add a package source that has $backend $torchsharp_version."
    say "Installing with apt-get: ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>"$feed/.apt.log" \
        || { cat "$feed/.apt.log" >&2; fail "apt-get could not install ${missing[*]}; its words are above."; }
}

# Decides where TorchSharp comes from and says so in one line.
prepare_torchsharp() {
    check_backend
    need_dotnet
    if [[ -f $feed/TorchSharp.$torchsharp_version.nupkg ]]; then
        rm -f "$feed"/*-system.nupkg
        say "TorchSharp: the published package $torchsharp_version, from $feed"
    elif sources_have_torchsharp; then
        rm -f "$feed"/*-system.nupkg
        say "TorchSharp: the published package $torchsharp_version, from the configured sources"
    else
        if ! libtorch_present; then
            command -v apt-get >/dev/null && [[ $(id -u) == 0 ]] \
                || fail "no package source has $backend $torchsharp_version and there is no libtorch: add a source that has it, or run as root on Debian 12, or set LIBTORCH to a folder with include/ and lib/."
        fi
        local packages=()
        command -v g++ >/dev/null || packages+=(g++)
        [[ -n ${LIBTORCH:-} ]] || packages+=(libtorch-dev libopenblas0-pthread)
        [[ ${#packages[@]} -eq 0 ]] || install_packages "${packages[@]}"
        say "TorchSharp: the bridge $torchsharp_version-system over libtorch in ${LIBTORCH:-the system}, because no package source has $backend $torchsharp_version"
        bash eng/bridge.sh
    fi
}

build() {
    prepare_torchsharp
    dotnet build "${1:-WassersteinAutoEncoders.sln}" --configuration "$configuration" --verbosity quiet -p:TorchBackend="$backend" \
        || fail "the build failed; its errors are above."
}

# Runs every test project and closes with the line "N passed, N failed".
run_tests() {
    build
    local log status=0
    log=$(mktemp)
    dotnet test WassersteinAutoEncoders.sln --configuration "$configuration" --no-build --verbosity minimal -p:TorchBackend="$backend" 2>&1 | tee "$log" || status=$?
    local passed failed skipped
    read -r passed failed skipped < <(awk '
        match($0, /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/) {
            line = substr($0, RSTART, RLENGTH); gsub(/[^0-9 ]/, "", line); split(line, n, " ")
            failed += n[1]; passed += n[2]; skipped += n[3]
        }
        END { print passed + 0, failed + 0, skipped + 0 }' "$log")
    rm -f "$log"
    # A test host that died reports no totals; that is a failure too, whatever the others counted.
    if [[ $failed == 0 && ( $status != 0 || $passed == 0 ) ]]; then failed=1; fi
    [[ $skipped == 0 ]] || echo "$skipped skipped for want of a program that is not installed here: they are marked [SKIP] above."
    echo "$passed passed, $failed failed"
    [[ $failed == 0 ]]
}

demo() {
    build samples/Mnist/Mnist.csproj
    exec dotnet "samples/Mnist/bin/$configuration/net10.0/Mnist.dll" "$@"
}

bench() {
    build benchmarks/WassersteinAutoEncoders.Benchmarks/WassersteinAutoEncoders.Benchmarks.csproj
    if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then install_packages python3-torch; fi
    exec dotnet "benchmarks/WassersteinAutoEncoders.Benchmarks/bin/$configuration/net10.0/WassersteinAutoEncoders.Benchmarks.dll" "$@"
}

pack() {
    build
    rm -rf artifacts/packages
    for project in src/*/*.csproj; do
        dotnet pack "$project" --configuration "$configuration" --no-build --output artifacts/packages --verbosity quiet -p:TorchBackend="$backend" \
            || fail "packing $project failed; its errors are above."
    done
    bash eng/prove-packages.sh artifacts/packages
}

verb=${1:-help}
[[ $# -eq 0 ]] || shift
case $verb in
    demo) demo "$@" ;;
    test) run_tests ;;
    bench) bench "$@" ;;
    pack) pack ;;
    build) build ;;
    torchsharp) prepare_torchsharp ;;
    help | --help | -h) usage ;;
    *) usage >&2; say "build.sh: unknown verb '$verb'."; exit 2 ;;
esac

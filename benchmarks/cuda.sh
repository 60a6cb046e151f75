#!/usr/bin/env bash
# Everything that needs a GPU, in one call on a machine without .NET and without a package source, over the libtorch of that machine's PyTorch:
# the cases of devices, the benchmarks against PyTorch eager and compiled, memory, and full runs of the official MNIST recipe and the review's CIFAR-10 of width 128.
# The project has run it on the CPU only (--device cpu --quick), for want of a GPU.
#
#   benchmarks/cuda.sh publish DIR    puts self-contained builds of the benchmarks and of wae into DIR (needs the .NET SDK, no GPU)
#   DIR/cuda.sh [options]             on the machine with the GPU:
#     --device cpu|cuda   cuda by default
#     --quick             a few steps and the smallest rows: does everything run?
#     --data-dir DIR      where MNIST and CIFAR-10 are; looked for and downloaded when left out. Without MNIST digits are made; without CIFAR-10 that run is named among what failed
#   PYTHON names a python3 with torch 2.10, which TorchSharp was built with; LIBTORCH a folder of libtorch libraries to take instead of that torch's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "cuda.sh: $*" >&2; exit 1; }
libraries() { rm -f "$1"/lib{torch,c10,gomp,aoti,backend,jitbackend,nnapi,shm}*.so*; }

if [[ ${1:-} == publish ]]; then
    target=${2:-}
    [[ -n $target ]] || fail "publish needs a folder: cuda.sh publish DIR"
    dotnet publish "$here/WassersteinAutoEncoders.Benchmarks" --configuration Release --runtime linux-x64 --self-contained --output "$target" --verbosity quiet
    dotnet publish "$here/../src/WassersteinAutoEncoders.Tool" --configuration Release --runtime linux-x64 --self-contained --output "$target/wae" --verbosity quiet
    # The libtorch of the CPU package goes: the GPU machine's own takes its place.
    libraries "$target"
    libraries "$target/wae"
    cp "$here/cuda.sh" "$target"
    echo "Published to $target: copy it to the machine with the GPU and run cuda.sh there."
    exit
fi

device=cuda quick= data=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --device) device=${2:-}; shift 2 ;;
        --quick) quick=1; shift ;;
        --data-dir) data=(--data-dir "${2:-}"); shift 2 ;;
        *) fail "what is $1? See the head of this script." ;;
    esac
done
[[ $device == cpu || $device == cuda ]] || fail "--device is cpu or cuda, it is '$device'."
[[ -x $here/WassersteinAutoEncoders.Benchmarks && -x $here/wae/wae ]] || fail "there is no build here: cuda.sh publish DIR makes one."

python=${PYTHON:-python3}
version=$("$python" -c 'import torch; print(torch.__version__)' 2>/dev/null) || version=
if [[ -n ${LIBTORCH:-} ]]; then
    libtorch=$LIBTORCH
    echo "libtorch: $libtorch, of a version that is not looked at; PyTorch beside it: ${version:-none}"
else
    [[ -n $version ]] || fail "$python has no torch: name one that has it with PYTHON=…, or a folder of libtorch 2.10 with LIBTORCH=…"
    [[ $version == 2.10.* ]] || fail "$python has torch $version, but TorchSharp was built with 2.10: install that, or name a folder of libtorch 2.10 with LIBTORCH=…"
    libtorch=$("$python" -c 'import pathlib, torch; print(pathlib.Path(torch.__file__).parent / "lib")')
    echo "libtorch: $libtorch, of PyTorch $version"
fi
[[ -e $libtorch/libtorch_cpu.so ]] || fail "$libtorch has no libtorch_cpu.so."
if [[ $device == cuda ]]; then
    [[ -e $libtorch/libtorch_cuda.so ]] || fail "$libtorch has no libtorch_cuda.so: this libtorch is for the CPU."
    command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv || echo "There is no nvidia-smi to name the card."
fi
# TorchSharp looks for libtorch beside its own library first.
for folder in "$here" "$here/wae"; do
    find "$libtorch" -maxdepth 1 -name '*.so*' -exec ln -sf -t "$folder" {} +
done
export LD_LIBRARY_PATH=$libtorch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
out=${OUT:-$here/results}
mkdir -p "$out"
failed=()
run() {
    local name=$1
    shift
    echo; echo "== $name"
    "$@" 2>&1 | tee "$out/${name// /-}.log" || failed+=("$name")
}

bench=$here/WassersteinAutoEncoders.Benchmarks
wae=$here/wae/wae
run "check" "$wae" check
run "cases of devices" "$bench" device --device "$device"
if [[ -n $quick ]]; then
    run "against pytorch" "$bench" --gpu --device "$device" --python "$python" --out "$out" --seconds 1 --filter "n = 128"
    run "memory" "$bench" memory --steps 200 --out "$out"
    run "mnist" "$wae" train --preset official --dim-h 8 --device "$device" --max-steps 3 --out "$out/mnist" "${data[@]}"
    run "cifar10" "$wae" train --preset review --dataset cifar10 --dim-h 8 --device "$device" --max-steps 1 --out "$out/cifar10" "${data[@]}"
else
    run "against pytorch" "$bench" --gpu --device "$device" --python "$python" --out "$out"
    run "all rows" "$bench" --device "$device" --python "$python" --out "$out"
    run "memory" "$bench" memory --out "$out"
    run "mnist" "$wae" train --preset official --device "$device" --out "$out/mnist" "${data[@]}"
    run "cifar10" "$wae" train --preset review --dataset cifar10 --dim-h 128 --device "$device" --out "$out/cifar10" "${data[@]}"
fi
echo
# A target that was missed (exit code 3) counts as well: the log says which.
[[ ${#failed[@]} -eq 0 ]] || { printf 'cuda.sh: not well: %s\n' "${failed[@]}" >&2; exit 3; }
echo "All is in $out."

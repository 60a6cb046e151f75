#!/usr/bin/env bash
# The benchmarks on a GPU, over the libtorch of a Python environment's PyTorch (2.10 with CUDA, which TorchSharp was built with).
# The project has not run this on a GPU yet.
#
#   benchmarks/cuda.sh publish DIR    puts a self-contained build into DIR (needs the .NET SDK, no GPU)
#   DIR/cuda.sh [options]             on the GPU machine, which needs python3 with torch, and no .NET
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "cuda.sh: $*" >&2; exit 1; }

if [[ ${1:-} == publish ]]; then
    target=${2:-}
    [[ -n $target ]] || fail "publish needs a folder: cuda.sh publish DIR"
    dotnet publish "$here/WassersteinAutoEncoders.Benchmarks" --configuration Release --runtime linux-x64 --self-contained --output "$target" --verbosity quiet
    # The libtorch of the CPU package goes: the GPU machine's own takes its place.
    rm -f "$target"/lib{torch,c10,gomp,aoti,backend,jitbackend,nnapi,shm}*.so*
    cp "$here/cuda.sh" "$target"
    echo "Published to $target: copy it to the GPU machine and run cuda.sh there."
    exit
fi

[[ -x $here/WassersteinAutoEncoders.Benchmarks ]] || fail "there is no build here: cuda.sh publish DIR makes one."
python=${PYTHON:-python3}
libtorch=$("$python" -c 'import pathlib, torch; print(pathlib.Path(torch.__file__).parent / "lib")' 2>/dev/null) \
    || fail "$python has no torch: name one that has it with PYTHON=…"
"$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' || fail "PyTorch sees no CUDA device."
export LD_LIBRARY_PATH=$libtorch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
exec "$here/WassersteinAutoEncoders.Benchmarks" --device cuda --python "$python" --out "${OUT:-$here/results}" "$@"

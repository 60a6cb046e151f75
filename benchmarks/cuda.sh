#!/usr/bin/env bash
# The benchmarks on a GPU, in one call, over the libtorch of a Python environment's PyTorch (2.x, with CUDA).
#
#   benchmarks/cuda.sh                on a machine with a GPU, the .NET SDK, g++ and python3 with torch
#   benchmarks/cuda.sh publish DIR    without a GPU: puts a self-contained build into DIR
#   DIR/cuda.sh                       on the GPU machine, which then needs g++ and python3 with torch, and no .NET
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "cuda.sh: $*" >&2; exit 1; }

if [[ ${1:-} == publish ]]; then
    target=${2:-}
    [[ -n $target ]] || fail "publish needs a folder: cuda.sh publish DIR"
    cd "$here/.."
    ./build.sh torchsharp
    [[ -f eng/feed/TorchSharp.0.106.0-system.nupkg ]] \
        || fail "this machine has the published TorchSharp: publish with TorchBackend=TorchSharp-cuda-linux instead, and run ./build.sh bench --device cuda."
    dotnet publish benchmarks/WassersteinAutoEncoders.Benchmarks --configuration Release --runtime linux-x64 --self-contained --output "$target" --verbosity quiet
    cp eng/TorchSharp.System/native/bridge.cpp "$here/cuda.sh" "$target"
    echo "Published to $target: copy it to the GPU machine and run cuda.sh there."
    exit
fi

python=${PYTHON:-python3}
libtorch=$("$python" -c 'import pathlib, torch; print(pathlib.Path(torch.__file__).parent)' 2>/dev/null) \
    || fail "$python has no torch: name one that has it with PYTHON=…"
"$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' || fail "PyTorch sees no CUDA device."

if [[ -f $here/bridge.cpp ]]; then
    abi=$("$python" -c 'import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))')
    g++ -std=c++17 -O2 -fPIC -shared -fvisibility=hidden -D_GLIBCXX_USE_CXX11_ABI="$abi" \
        -isystem "$libtorch/include" -isystem "$libtorch/include/torch/csrc/api/include" "$here/bridge.cpp" \
        -o "$here/libTorchSharpSystem.so" -L"$libtorch/lib" -Wl,-rpath,"$libtorch/lib" \
        -ltorch -ltorch_cpu -lc10 -Wl,--no-as-needed -ltorch_cuda -lc10_cuda
    exec "$here/WassersteinAutoEncoders.Benchmarks" --device cuda --python "$python" --out "${OUT:-$here/results}" "$@"
fi

cd "$here/.."
LIBTORCH=$libtorch exec ./build.sh bench --device cuda --python "$python" "$@"

#!/usr/bin/env bash
# The figures of docs/several-processes.md that want an idle machine of two cores: benchmarks/several-processes.sh [steps = 60] [rounds = 3]
# Two processes against two threads, the cost of a group of one, and what a process computes of each divergence. Needs MPICH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
steps=${1:-60} rounds=${2:-3}
dotnet build -c Release --verbosity quiet tests/DistributedWorker
worker=$PWD/tests/DistributedWorker/bin/Release/net10.0/DistributedWorker.dll
median() { sed -n 's/.*median=\([0-9.]*\) ms.*/\1/p'; }
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "load at the beginning: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "| batch | one process, one thread | one process, two threads | two processes, one thread each |"
echo "| --- | --- | --- | --- |"
for batch in 256 1024 4096; do
  one='' two='' both=''
  for _ in $(seq "$rounds"); do
    one+="$(WAE_THREADS=1 dotnet "$worker" measure "$batch" 256 "$steps" | median) "
    two+="$(WAE_THREADS=2 dotnet "$worker" measure "$batch" 256 "$steps" | median) "
    both+="$(mpirun -n 2 dotnet "$worker" measure "$batch" 256 "$steps" | median) "
  done
  echo "| $batch | $(tr ' ' '\n' <<<"${one% }" | middle) ms | $(tr ' ' '\n' <<<"${two% }" | middle) ms | $(tr ' ' '\n' <<<"${both% }" | middle) ms |"
done
mpirun -n 1 dotnet "$worker" seam
for dimension in 8 64; do
  dotnet "$worker" parts 4096 "$dimension" 2
done

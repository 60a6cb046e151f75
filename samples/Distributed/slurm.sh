#!/usr/bin/env bash
# Trains on four machines with eight processes each, a core a process: sbatch slurm.sh [options of the program]
# Build before, on a file system that all machines see: dotnet publish -c Release -o published
#SBATCH --job-name=wae
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=8
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -euo pipefail
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
[[ $# -gt 0 ]] || set -- --batch 2048 --epochs 50

# Slurm starts the processes and speaks PMI-2 to MPICH, Intel MPI, MVAPICH and Cray MPICH alike ('srun --mpi=list' says what is there).
# Two minutes before the end every process gets SIGTERM, finishes its step and saves; a job that is queued again goes on from there.
srun --mpi=pmi2 --kill-on-bad-exit=1 dotnet published/Distributed.dll --output "$SLURM_SUBMIT_DIR/out/distributed" "$@"

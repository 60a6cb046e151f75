#!/usr/bin/env bash
# Two network namespaces with addresses of their own stand for two machines: the same training across them over TCP as on one, to the bit, and the end of both when one process dies. Needs root, iproute2 and MPICH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build -c Release --verbosity quiet tests/DistributedWorker
worker=$PWD/tests/DistributedWorker/bin/Release/net10.0/DistributedWorker.dll
work=$(mktemp -d)
one=wae-one-$$ two=wae-two-$$
cleanup() { ip netns del "$one" 2>/dev/null || true; ip netns del "$two" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
ip netns add "$one"
ip netns add "$two"
ip link add wae0 netns "$one" type veth peer name wae0 netns "$two"
ip netns exec "$one" sh -c 'ip addr add 10.77.0.1/24 dev wae0; ip link set wae0 up; ip link set lo up'
ip netns exec "$two" sh -c 'ip addr add 10.77.0.2/24 dev wae0; ip link set wae0 up; ip link set lo up'

# What mpirun calls in place of ssh: [-x] host command
cat >"$work/shell" <<SH
#!/usr/bin/env bash
[[ \$1 == -x ]] && shift
case \$1 in 10.77.0.1) space=$one ;; *) space=$two ;; esac
shift
exec ip netns exec "\$space" sh -c "\$*"
SH
chmod +x "$work/shell"
across() { ip netns exec "$one" timeout 300 mpirun -launcher ssh -launcher-exec "$work/shell" -genv UCX_TLS tcp,self -genv FI_PROVIDER tcp -hosts 10.77.0.1,10.77.0.2 -n 2 -ppn 1 dotnet "$worker" "$@"; }
sent() { ip netns exec "$one" cat /sys/class/net/wae0/statistics/tx_bytes; }

mpirun -n 2 dotnet "$worker" compare "$work/here" 2
before=$(sent)
across compare "$work/across" 2
cmp "$work/here" "$work/across"
echo "two hosts: the bits of one, $(($(sent) - before)) bytes through the first's network device"
start=$SECONDS
if across fail kill "$work/checkpoints" >"$work/log" 2>&1; then
  echo "FAILED: the end of one process was not the end of both"
  exit 1
fi
echo "two hosts: both ended $((SECONDS - start)) s after they began, one of them killed after step 5"
across network 65536

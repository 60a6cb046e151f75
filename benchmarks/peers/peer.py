"""The same work in PyTorch, eager mode, as a process that measures what it is told to.

Reads one JSON object a line ({"case": ..., "threads": ..., "rounds": ..., ...}) and answers each with one line,
{"seconds": [...]}: the time of each round, after one round to warm up. So the other side can alternate between its
own rounds and these, and both see the same machine.
"""
import ctypes
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

DEVICE = torch.device("cpu")
SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def squared_distances(x, y):
    """All pairs from one matrix product; rounding may push a distance below zero, hence the clamp."""
    return torch.addmm((x * x).sum(1, keepdim=True) + (y * y).sum(1), x, y.t(), alpha=-2).clamp_min_(0)


def imq(distances, base):
    total = None
    for scale in SCALES:
        c = scale * base
        term = c / (c + distances)
        total = term if total is None else total + term
    return total


def mmd(q, p, base):
    """Pairs i != j within the samples, all pairs across: algorithm 2 of the paper. k(x, x) = 7 is subtracted."""
    n = q.shape[0]
    within = (imq(squared_distances(q, q), base).sum() + imq(squared_distances(p, p), base).sum() - 14 * n) / (n * (n - 1))
    return within - 2 * imq(squared_distances(q, p), base).mean()


def mmd_case(n, d, compiled=False):
    evaluate = torch.compile(mmd) if compiled else mmd
    q = torch.randn(n, d, device=DEVICE, requires_grad=True)
    p = torch.randn(n, d, device=DEVICE)

    def step():
        q.grad = None
        evaluate(q, p, 2.0 * d).backward()

    return step


def sliced_case(n, d, projections):
    q = torch.randn(n, d, device=DEVICE, requires_grad=True)
    p = torch.randn(n, d, device=DEVICE)

    def step():
        q.grad = None
        directions = F.normalize(torch.randn(d, projections, device=DEVICE), dim=0)
        difference = (q @ directions).sort(0).values - (p @ directions).sort(0).values
        (difference * difference).mean().backward()

    return step


def cramer_wold_case(n, d):
    q = torch.randn(n, d, device=DEVICE, requires_grad=True)
    gamma = (4 / (3 * n)) ** 0.4

    def step():
        q.grad = None
        k = 1 / (2 * d - 3)
        pairs = torch.rsqrt(gamma + k * squared_distances(q, q)).mean()
        cross = torch.rsqrt(gamma + 0.5 + k * (q * q).sum(1)).mean()
        ((pairs + (1 + gamma) ** -0.5 - 2 * cross) / (2 * torch.pi ** 0.5)).backward()

    return step


def sinkhorn_case(n, d, epsilon, iterations):
    q = torch.randn(n, d, device=DEVICE, requires_grad=True)
    p = torch.randn(n, d, device=DEVICE)
    log_n = math.log(n)

    def soft_min(cost, potential):
        return -epsilon * (torch.logsumexp((potential - cost) / epsilon, 1) - log_n)

    def transport(x, y):
        cost = 0.5 * squared_distances(x, y)
        with torch.no_grad():
            f, g = torch.zeros(n, device=DEVICE), torch.zeros(n, device=DEVICE)
            for _ in range(iterations):
                f, g = 0.5 * (f + soft_min(cost, g)), 0.5 * (g + soft_min(cost.t(), f))
        return soft_min(cost, g.detach()).mean() + soft_min(cost.t(), f.detach()).mean()

    def step():
        q.grad = None
        (transport(q, p) - 0.5 * transport(q, q) - 0.5 * transport(p, p)).backward()

    return step


def mlp(sizes, last):
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1], *last)


def mlp_networks(z):
    return mlp((784, 200, 200, 200, z), ()).to(DEVICE), mlp((z, 200, 200, 200, 784), (nn.Sigmoid(),)).to(DEVICE)


def convolutional_networks(z, w):
    """The review's networks for 28 x 28 pictures, of width w."""
    def down(a, b, normalised=True):
        return [nn.Conv2d(a, b, 4, 2, 1, bias=False), *([nn.BatchNorm2d(b)] if normalised else []), nn.ReLU(True)]

    def up(a, b, **options):
        return [nn.ConvTranspose2d(a, b, 4, **options)]

    encoder = nn.Sequential(*down(1, w, False), *down(w, 2 * w), *down(2 * w, 4 * w), *down(4 * w, 8 * w),
                            nn.Flatten(), nn.Linear(8 * w, z))
    decoder = nn.Sequential(nn.Linear(z, 8 * w * 49), nn.ReLU(), nn.Unflatten(1, (8 * w, 7, 7)),
                            *up(8 * w, 4 * w), nn.BatchNorm2d(4 * w), nn.ReLU(True),
                            *up(4 * w, 2 * w), nn.BatchNorm2d(2 * w), nn.ReLU(True),
                            *up(2 * w, 1, stride=2), nn.Sigmoid())
    return encoder.to(DEVICE), decoder.to(DEVICE)


def step_case(network, n, z, width, bfloat16=False):
    """A training step with the composed MMD: 0.05 * sum of squares + 10 * MMD, one Adam over both networks.

    With bfloat16 the networks run under autocast; cost and penalty are float32.
    """
    encoder, decoder = mlp_networks(z) if network == "mlp" else convolutional_networks(z, width)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    x = torch.rand(n, *((784,) if network == "mlp" else (1, 28, 28)), device=DEVICE)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(DEVICE.type, dtype=torch.bfloat16, enabled=bfloat16):
            q = encoder(x)
            decoded = decoder(q)
        q, difference = q.float(), x - decoded
        loss = 0.05 * (difference * difference).sum() / n + 10 * mmd(q, torch.randn_like(q), 2.0 * z)
        loss.backward()
        optimizer.step()

    return step


def adversarial_case(n, z, passes):
    """An adversarial step of the MLP with a critic of four hidden layers of 512.

    passes=3 is the review's scheme: the encoder runs once for the critic, without a graph, once for the reconstruction
    and once more for its own penalty. passes=1 uses the same codes for all three. The critic's weights are frozen while
    the encoder learns from it.
    """
    encoder, decoder = mlp_networks(z)
    critic = mlp((z, 512, 512, 512, 512, 1), ()).to(DEVICE)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    critic_optimizer = torch.optim.Adam(critic.parameters(), lr=5e-4)
    x = torch.rand(n, 784, device=DEVICE)

    def step():
        p = torch.randn(n, z, device=DEVICE)
        with torch.set_grad_enabled(passes == 1):
            q = encoder(x)
        critic_optimizer.zero_grad(set_to_none=True)
        (F.softplus(-critic(p)).mean() + F.softplus(critic(q.detach())).mean()).backward()
        critic_optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        codes = encoder(x) if passes == 3 else q
        difference = x - decoder(codes)
        critic.requires_grad_(False)
        judged = critic(encoder(x) if passes == 3 else q)
        critic.requires_grad_(True)
        (0.05 * (difference * difference).sum() / n + 10 * F.softplus(-judged).mean()).backward()
        optimizer.step()

    return step


CASES = {
    "mmd": lambda r: mmd_case(r["n"], r["d"], r.get("compiled", False)),
    "sliced": lambda r: sliced_case(r["n"], r["d"], r["projections"]),
    "cramer-wold": lambda r: cramer_wold_case(r["n"], r["d"]),
    "sinkhorn": lambda r: sinkhorn_case(r["n"], r["d"], r["epsilon"], r["iterations"]),
    "step": lambda r: step_case(r["network"], r["n"], r["d"], r.get("width", 0), r.get("bfloat16", False)),
    "adversarial": lambda r: adversarial_case(r["n"], r["d"], r["passes"]),
}


def set_threads(count):
    torch.set_num_threads(count)
    try:
        # OpenBLAS keeps threads of its own, which torch does not tell.
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(count)
    except OSError:
        pass  # another BLAS, which takes torch's number


def timed(step):
    start = time.perf_counter()
    step()
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def product_speed():
    """GFlop/s of a product of 512 x 512 matrices on one thread: what its BLAS is worth."""
    set_threads(1)
    x = torch.randn(512, 512)
    return 2 * 512 ** 3 / min(timed(lambda: x @ x) for _ in range(10)) / 1e9


def main():
    global DEVICE
    current, step = None, None
    print(json.dumps({"torch": torch.__version__, "compiles": hasattr(torch, "compile"), "gflops": product_speed()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        rounds = request.pop("rounds")
        set_threads(request["threads"])
        if request != current:
            torch.manual_seed(0)
            DEVICE = torch.device(request["device"])
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = request.get("tf32", False)
            current, step = request, CASES[request["case"]](request)
            warm = time.perf_counter() + request["warm_up"]
            timed(step)
            while time.perf_counter() < warm:
                timed(step)
        print(json.dumps({"seconds": [timed(step) for _ in range(rounds)]}), flush=True)


if __name__ == "__main__":
    main()

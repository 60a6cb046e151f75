#!/usr/bin/env python3
"""The model of docs/several-processes.md: prints its table and draws docs/images/several-processes.svg.

Measured on two cores of a virtual machine that others used as well, one thread a process (DistributedWorker measure and network):
processor time of a step, ALPHA + BETA*n + GAMMA*n*n milliseconds for a batch of n, and the time to add and copy gradients between two processes on the machine.
Assumed, as such networks are specified: latency and bandwidth.
"""
import math

ALPHA, BETA, GAMMA = 6.9, 0.0398, 2.83e-6
LOCAL = 0.68e-6                 # ms a byte of gradient
GRADIENT, CODE = 4 * 538_392, 4 * 8
NETWORKS = {"10 GbE": (0.030, 1.1e6), "InfiniBand": (0.0015, 11e6)}   # ms, bytes a ms
PROCESSES = [1, 2, 4, 8, 16, 32, 64, 128, 256]


def step(n, p, network):
    """Milliseconds of a step. Each process evaluates its rows against all, 3*n*n/p pairs where one process takes 2*n*n."""
    if p == 1:
        return ALPHA + BETA * n + GAMMA * n * n
    latency, bandwidth = NETWORKS[network]
    share = (p - 1) / p
    exchange = (3 * math.ceil(math.log2(p)) + 2 * (p - 1)) * latency + share * (2 * GRADIENT + CODE * n) / bandwidth + LOCAL * GRADIENT
    return ALPHA + BETA * n / p + 1.5 * GAMMA * n * n / p + exchange


def panel(x0, title, label, curves, top):
    """One logarithmic plot of curves over the number of processes."""
    width, height, y0 = 300, 240, 60
    px = lambda p: x0 + width * math.log2(p) / 8
    py = lambda v: y0 + height * (1 - math.log2(v) / math.log2(top)) if top > 1 else y0 + height * (1 - v)
    out = [f'<text x="{x0}" y="36" class="t">{title}</text>', f'<rect x="{x0}" y="{y0}" width="{width}" height="{height}" class="f"/>']
    for p in PROCESSES[::2]:
        out.append(f'<text x="{px(p):.1f}" y="{y0 + height + 18}" text-anchor="middle">{p}</text>')
    ticks = [1, 4, 16, 64, 256] if top > 1 else [0, 0.25, 0.5, 0.75, 1]
    for v in ticks:
        out.append(f'<text x="{x0 - 6}" y="{py(v) + 4:.1f}" text-anchor="end">{v:g}</text><line x1="{x0}" x2="{x0 + width}" y1="{py(v):.1f}" y2="{py(v):.1f}" class="g"/>')
    out.append(f'<text x="{x0 + width / 2}" y="{y0 + height + 38}" text-anchor="middle">processes</text><text x="{x0}" y="52">{label}</text>')
    low = y0 + (0 if top > 1 else height - 50)
    for i, (name, values) in enumerate(curves):
        points = " ".join(f"{px(p):.1f},{py(v):.1f}" for p, v in zip(PROCESSES, values))
        out.append(f'<polyline points="{points}" class="c{i}"/>')
        out.append(f'<line x1="{x0 + 12}" x2="{x0 + 36}" y1="{low + 16 + 18 * i}" y2="{low + 16 + 18 * i}" class="c{i}"/><text x="{x0 + 42}" y="{low + 20 + 18 * i}">{name}</text>')
    return "\n".join(out)


def main():
    n, rows = 16_384, 256
    print("| p | " + " | ".join(f"{name}, {n:,}" for name in NETWORKS) + " | " + " | ".join(f"{name}, {rows} each" for name in NETWORKS) + " |")
    print("| --- |" + " --- |" * 4)
    for p in PROCESSES:
        print(f"| {p} | " + " | ".join(f"{step(n, p, w):.0f} ms" for w in NETWORKS) + " | " + " | ".join(f"{step(rows * p, p, w):.1f} ms" for w in NETWORKS) + " |")
    fixed = [("as many times as processes", PROCESSES)] + [(w, [step(n, 1, w) / step(n, p, w) for p in PROCESSES]) for w in NETWORKS]
    grown = [(w, [step(rows, 1, w) / step(rows * p, p, w) for p in PROCESSES]) for w in NETWORKS]
    style = (".t{font-weight:bold}.f{fill:none;stroke:#888}.g{stroke:#ddd}polyline{fill:none;stroke-width:2}.c0,.c1,.c2{stroke-width:2}"
             ".l .c0{stroke:#999;stroke-dasharray:4 3}.l .c1,.r .c0{stroke:#d55e00}.l .c2,.r .c1{stroke:#0072b2}text{font:12px sans-serif}")
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 350" role="img" aria-label="Speed by the number of processes"><style>{style}</style><rect width="760" height="350" fill="#fff"/>'
           f'<g class="l">{panel(50, f"One batch of {n:,}", "times as fast as one process", fixed, 256)}</g><g class="r">{panel(430, f"{rows} rows in each process", "share of the time of one process with its rows", grown, 1)}</g></svg>\n')
    with open("docs/images/several-processes.svg", "w", encoding="utf-8") as file:
        file.write(svg)


main()

"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const data = JSON.parse($("data").textContent);
  const root = document.documentElement;
  const store = {
    get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem(key, value); } catch { /* Pages from disk may be denied storage. */ } }
  };
  const number = (value, digits = 4) => value === null || value === undefined ? "not finite"
    : value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3) ? value.toExponential(digits - 1).replaceAll("-", "−")
    : String(Number(value.toPrecision(digits))).replace("-", "−");
  const fixed = value => value === null ? "not finite" : Math.abs(value) >= 1000 ? number(value, 3) : (Math.round(value * 100) / 100 + 0).toFixed(2).replace("-", "−");
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const words = text => { const b = bytes(text), v = new DataView(b.buffer); return Uint16Array.from({ length: b.length / 2 }, (_, i) => v.getUint16(2 * i, true)); };
  const svgNode = (name, attributes, parent) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    return parent.appendChild(node);
  };
  const frameOf = svg => {
    const [left, top, width, height] = svg.dataset.frame.split(" ").map(Number);
    const [x0, x1] = svg.dataset.x.split(" ").map(Number);
    return { left, top, width, height, x0, x1, mapX: x => left + width * (x - x0) / (x1 - x0) };
  };
  /* The pointer in the drawing's own units. */
  const pointIn = (svg, event) => {
    const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
    return [(event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height];
  };

  /* Light and dark. */
  const saved = store.get("theme");
  if (saved) root.dataset.theme = saved;
  $("theme").onclick = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store.set("theme", root.dataset.theme);
  };

  /* Values under the pointer. */
  const tip = $("tip");
  const showTip = (text, x, y) => {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = (y - box.height - 12 < 8 ? y + 18 : y - box.height - 12) + "px";
  };
  const hideTip = () => { tip.hidden = true; };
  addEventListener("scroll", hideTip, { passive: true });
  addEventListener("keydown", event => { if (event.key === "Escape") hideTip(); });

  /* Losses. */
  const charts = all("[data-chart]").map(figure => ({ figure, chart: data.charts[Number(figure.dataset.chart)], svgs: all("svg.plot", figure) }));
  all("[data-scale]").forEach(button => button.onclick = () => {
    all("[data-scale]").forEach(other => other.setAttribute("aria-pressed", other === button));
    charts.forEach(({ figure }) => all("[data-view]", figure).forEach(view => { view.hidden = view.dataset.view !== button.dataset.scale; }));
  });
  /* The lines of one run among several. */
  const hidden = new Set();
  all("[data-run]").forEach(button => button.onclick = () => {
    const run = Number(button.dataset.run), shown = hidden.delete(run) || !hidden.add(run);
    button.setAttribute("aria-pressed", shown);
    all(`[data-of="${run}"]`).forEach(line => { line.style.display = shown ? "" : "none"; });
  });
  for (const { chart, svgs } of charts) {
    const nearest = (xs, x) => {
      let low = 0, high = xs.length - 1;
      while (high - low > 1) { const middle = low + high >> 1; if (xs[middle] < x) low = middle; else high = middle; }
      return Math.abs(xs[low] - x) <= Math.abs(xs[high] - x) ? low : high;
    };
    for (const svg of svgs) {
      const frame = frameOf(svg);
      const probe = svgNode("path", { class: "probe", d: "", visibility: "hidden" }, svg);
      let x = frame.x1;
      const show = (clientX, clientY) => {
        const lines = [`${data.axis} ${number(x, 4)}`];
        for (const series of chart.series) {
          if (hidden.has(series.run)) continue;
          const n = nearest(series.x, x);
          const elsewhere = series.run !== undefined && Math.abs(series.x[n] - x) > .75 ? ` (${data.axis} ${number(series.x[n])})` : "";
          lines.push(`${series.label}: ${number(series.y[n])}${chart.unit ? " " + chart.unit : ""}${elsewhere}`);
        }
        probe.setAttribute("d", `M${frame.mapX(x).toFixed(1)} ${frame.top}v${frame.height}`);
        probe.setAttribute("visibility", "visible");
        showTip(lines.join("\n"), clientX, clientY);
      };
      const hide = () => { probe.setAttribute("visibility", "hidden"); hideTip(); };
      svg.tabIndex = 0;
      svg.onpointermove = event => {
        const [px, py] = pointIn(svg, event);
        if (px < frame.left - 8 || px > frame.left + frame.width + 8 || py < frame.top || py > frame.top + frame.height + 20) return hide();
        x = Math.max(frame.x0, Math.min(frame.x1, frame.x0 + (px - frame.left) / frame.width * (frame.x1 - frame.x0)));
        show(event.clientX, event.clientY);
      };
      svg.onpointerleave = svg.onblur = hide;
      svg.onkeydown = event => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        x = Math.max(frame.x0, Math.min(frame.x1, x + step * (frame.x1 - frame.x0) / 50));
        const box = svg.getBoundingClientRect();
        show(box.left + frame.mapX(x) * box.width / svg.viewBox.baseVal.width, box.top + box.height / 3);
      };
    }
  }
  const marks = charts.flatMap(({ svgs }) => svgs.map(svg => ({ frame: frameOf(svg), line: svgNode("path", { class: "cursor", d: "" }, svg) })));

  /* The data behind a chart, as a file. */
  const save = (name, rows) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([rows.map(row => row.map(cell => { const text = String(cell ?? ""); return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; }).join(",")).join("\n") + "\n"], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const tables = {
    losses: () => [["metric", "series", data.axis, "value"], ...data.charts.flatMap(chart => chart.series.flatMap(series => series.x.map((x, n) => [chart.name, series.label, x, series.y[n]])))]
  };
  all("[data-save]").forEach(button => button.onclick = () => save(button.dataset.save + ".csv", tables[button.dataset.save]()));

  /* Codes. */
  const scatter = data.scatter && $("scatter") ? (() => {
    const s = data.scatter, svg = $("scatter").firstElementChild, frame = frameOf(svg);
    const labels = bytes(s.labels), codes = s.codes.map(words), coordinates = s.names.length;
    const layers = all(".points", svg), texts = all(".mark", svg), regions = all(".region", svg);
    const [labelX, labelY] = [svg.querySelector(".x-label"), svg.querySelector(".y-label")];
    const present = s.classes.map((_, c) => c).filter(c => labels.includes(c));
    const px = v => frame.left + frame.width * v / 65535, py = v => frame.top + frame.height * (1 - v / 65535);
    const value = v => number(s.low + (s.high - s.low) * v / 65535, 3);
    const outside = document.querySelector("[data-outside]");
    let x = 0, y = 1, alone = -1, epoch = codes.length - 1;
    const column = c => { const n = codes[epoch].length / coordinates; return codes[epoch].subarray(c * n, (c + 1) * n); };
    const drawRegions = () => {
      const swap = x > y, found = s.regions[swap ? `${y},${x}` : `${x},${y}`] ?? [];
      regions.forEach((path, n) => path.setAttribute("d", (found[n] ?? []).map(outline => {
        let d = "";
        for (let i = 0; i < outline.length; i += 2) {
          const [u, v] = swap ? [outline[i + 1], outline[i]] : [outline[i], outline[i + 1]];
          d += `${i ? "L" : "M"}${(frame.left + frame.width * u / 1000).toFixed(1)} ${(frame.top + frame.height * (1 - v / 1000)).toFixed(1)}`;
        }
        return d + "Z";
      }).join("")));
    };
    const draw = () => {
      const [xs, ys] = [column(x), column(y)];
      const paths = layers.map(() => []), members = layers.map(() => []), atEdge = v => v === 0 || v === 65535;
      let beyond = 0;
      for (let i = 0; i < xs.length; i++) {
        if (atEdge(xs[i]) || atEdge(ys[i])) beyond++;
        const c = labels.length ? labels[i] : 0;
        if (!paths[c]) continue;
        paths[c].push(`M${px(xs[i]).toFixed(1)} ${py(ys[i]).toFixed(1)}h0`);
        members[c].push(i);
      }
      layers.forEach((path, c) => {
        path.setAttribute("d", paths[c].join(""));
        path.style.opacity = alone < 0 ? .75 : alone === c ? 1 : .08;
      });
      /* Names that would cover one another are left out; the key below the plot has them all. */
      const placed = [];
      const free = box => !placed.some(other => box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height);
      texts.forEach((text, n) => {
        const c = present[n];
        if (!members[c].length) return;
        const middle = (values, to) => to([...members[c]].map(i => values[i]).sort((a, b) => a - b)[members[c].length >> 1]);
        text.setAttribute("x", middle(xs, px).toFixed(1));
        text.setAttribute("y", middle(ys, py).toFixed(1));
        const box = text.getBBox(), shown = alone < 0 ? free(box) : alone === c;
        if (shown) placed.push(box);
        text.style.opacity = shown ? 1 : 0;
      });
      if (outside) outside.textContent = beyond ? `${beyond === 1 ? "1 code lies beyond the axes and is" : `${beyond} codes lie beyond the axes and are`} drawn at the edge.` : "";
    };
    const choose = (newX, newY, changed) => {
      /* Principal components are drawn with each other alone: mixed with a dimension they would show it twice. */
      if (s.principal && (newX < 2) !== (newY < 2)) changed === "x" ? newY = newX < 2 ? 1 - newX : newX === 2 ? 3 : 2 : newX = newY < 2 ? 1 - newY : newY === 2 ? 3 : 2;
      if (newX === newY) changed === "x" ? newY = x : newX = y;
      [x, y] = [newX, newY];
      $("axis-x").value = x;
      $("axis-y").value = y;
      labelX.textContent = s.names[x];
      labelY.textContent = s.names[y];
      drawRegions();
      draw();
    };
    if ($("axis-x")) {
      $("axis-x").onchange = event => choose(Number(event.target.value), y, "x");
      $("axis-y").onchange = event => choose(x, Number(event.target.value), "y");
    }
    const keys = all("[data-class]");
    keys.forEach(key => key.onclick = () => {
      const c = Number(key.dataset.class);
      alone = alone === c ? -1 : c;
      keys.forEach(other => other.setAttribute("aria-pressed", Number(other.dataset.class) === alone));
      draw();
    });
    svg.onpointermove = event => {
      const [u, v] = pointIn(svg, event), [xs, ys] = [column(x), column(y)];
      let best = -1, distance = 144;
      for (let i = 0; i < xs.length; i++) {
        if (alone >= 0 && labels[i] !== alone) continue;
        const d = (px(xs[i]) - u) ** 2 + (py(ys[i]) - v) ** 2;
        if (d < distance) [best, distance] = [i, d];
      }
      if (best < 0) return hideTip();
      showTip(`${labels.length ? `class ${s.classes[labels[best]]}\n` : ""}${s.names[x]}: ${value(xs[best])}\n${s.names[y]}: ${value(ys[best])}`, event.clientX, event.clientY);
    };
    svg.onpointerleave = hideTip;
    const coordinate = v => (s.low + (s.high - s.low) * v / 65535).toPrecision(6);
    tables.codes = () => [["epoch", "class", ...s.names], ...codes.flatMap((values, e) => Array.from({ length: values.length / coordinates }, (_, i) =>
      [data.epochs[e], labels.length ? s.classes[labels[i]] : "", ...s.names.map((_, c) => coordinate(values[c * values.length / coordinates + i]))]))];
    return n => { if (codes[n].length) { epoch = n; draw(); } };
  })() : () => { };

  /* Histograms. */
  const histograms = data.histograms ? (() => {
    const h = data.histograms, counts = h.counts.map(words);
    const figures = all("[data-hist]").map((figure, n) => {
      const svg = figure.querySelector("svg.plot"), frame = frameOf(svg);
      return { svg, frame, bars: svg.querySelector(".bars"), caption: figure.querySelector("small"), top: Number(svg.dataset.y.split(" ")[1]), n };
    });
    let epoch = counts.length - 1;
    const share = (n, b) => counts[epoch][n * h.bins + b] / 1000;
    for (const { svg, frame, n } of figures) {
      svg.onpointermove = event => {
        const b = Math.floor((pointIn(svg, event)[0] - frame.left) / frame.width * h.bins);
        if (b < 0 || b >= h.bins) return hideTip();
        const step = (frame.x1 - frame.x0) / h.bins;
        showTip(`${number(frame.x0 + b * step, 2)} to ${number(frame.x0 + (b + 1) * step, 2)}\ncodes: ${number(share(n, b) * 100, 3)} %\nprior: ${number(h.prior[n][b] * 100, 3)} %`, event.clientX, event.clientY);
      };
      svg.onpointerleave = hideTip;
    }
    tables.histograms = () => [["dimension", "from", "to", "codes", "prior"], ...figures.flatMap(({ svg, frame, n }) => h.prior[n].map((prior, b) => {
      const step = (frame.x1 - frame.x0) / h.bins;
      return [svg.getAttribute("aria-label").split(" ").pop(), (frame.x0 + b * step).toPrecision(6), (frame.x0 + (b + 1) * step).toPrecision(6), share(n, b), prior];
    }))];
    return index => {
      if (!counts[index].length) return;
      epoch = index;
      for (const { frame, bars, caption, top, n } of figures) {
        const width = frame.width / h.bins, zero = frame.top + frame.height;
        let d = "";
        for (let b = 0; b < h.bins; b++) {
          if (share(n, b) > 0) d += `M${(frame.left + b * width).toFixed(1)} ${zero}v${(-frame.height * share(n, b) / top).toFixed(1)}h${width.toFixed(2)}V${zero}Z`;
        }
        bars.setAttribute("d", d);
        const [mean, deviation, distance] = h.figures[index].slice(3 * n, 3 * n + 3);
        caption.textContent = `${fixed(mean)} ± ${fixed(deviation)}, D\u00a0${fixed(distance)}`;
      }
    };
  })() : () => { };

  /* Pictures. */
  const pictures = Object.entries(data.pictures).map(([key, earlier]) => {
    const image = $("sprite-" + key), last = image.getAttribute("href");
    return n => image.setAttribute("href", n < earlier.length ? "data:image/png;base64," + earlier[n] : last);
  });

  /* The epoch that everything shows. */
  const last = data.epochs.length - 1;
  let shown = last;
  const show = n => {
    shown = n;
    const epoch = data.epochs[n];
    if ($("slider")) {
      $("slider").value = n;
      $("slider").setAttribute("aria-valuetext", `Epoch ${epoch}`);
      $("shown").textContent = `Epoch ${epoch}`;
    }
    all("[data-epoch]").forEach(node => { node.textContent = `epoch ${epoch}`; });
    marks.forEach(({ frame, line }) => {
      const x = frame.mapX(epoch);
      line.setAttribute("d", data.axis === "epoch" && last > 0 && x >= frame.left ? `M${x.toFixed(1)} ${frame.top}v${frame.height}` : "");
    });
    pictures.forEach(set => set(n));
    scatter(n);
    histograms(n);
    store.set("shown", n === last ? "last" : String(epoch));
  };
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; if ($("play")) $("play").textContent = "▶ Play"; };
  if ($("slider")) {
    $("slider").oninput = event => { stop(); show(Number(event.target.value)); };
    $("play").onclick = () => {
      if (timer) return stop();
      if (shown === last) show(0);
      $("play").textContent = "❚❚ Stop";
      timer = setInterval(() => shown >= last ? stop() : show(shown + 1), Math.max(60, Math.min(400, 8000 / last)));
    };
  }
  addEventListener("keydown", event => {
    if (event.key !== " " || !$("play") || event.target.closest("button, input, select, summary, a")) return;
    event.preventDefault();
    $("play").click();
  });
  if (last >= 0) {
    const before = store.get("shown"), at = before === null || before === "last" ? last : data.epochs.indexOf(Number(before));
    show(at < 0 ? last : at);
  }

  /* While the run goes on, the file changes: the page reads it again, but not while someone is at it. */
  const reload = $("reload");
  if (reload) {
    let busy = 0;
    const follow = store.get("follow") !== "no";
    reload.setAttribute("aria-pressed", follow);
    reload.onclick = () => {
      const now = reload.getAttribute("aria-pressed") !== "true";
      reload.setAttribute("aria-pressed", now);
      store.set("follow", now ? "yes" : "no");
    };
    for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) addEventListener(kind, () => { busy = Date.now(); }, { passive: true });
    setInterval(() => {
      if (reload.getAttribute("aria-pressed") === "true" && !timer && !document.hidden && Date.now() - busy > 8000) location.reload();
    }, 10000);
  }
})();

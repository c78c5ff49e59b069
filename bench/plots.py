#!/usr/bin/env python3
"""Runs `iqdbflat bench` over rows, dimension, k, batch, clients, plan and selectivity, and writes what it measures into the documents.

    dotnet build src/Cli -c Release
    python3 bench/plots.py --quick

Tables go into docs/BENCHMARKS.md between its markers, plots into docs/benchmarks/*.svg, and everything measured into docs/benchmarks/results.json.
Needs nothing but Python's standard library. --only NAME runs one group; --draw measures nothing and draws results.json again.
"""
import argparse
import json
import math
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "benchmarks"
DOCUMENT = ROOT / "docs" / "BENCHMARKS.md"
TOOL = ROOT / "src" / "Cli" / "bin" / "Release" / "net10.0" / "iqdbflat"


# What else a group's table says of each run: the member of the report, and the column's head.
RATIOS = {
    "batch": ("batch_ratio", "times one alone"),
    "pruned-batch": ("times_faster", "times the plain batch"),
    "clients": ("clients_ratio", "times one alone"),
    "selectivity": ("first_use_ratio", "times faster than no filter"),
}


def groups(quick, options):
    """Each group: a title, the axis, the value plotted, and runs of (series, x, arguments)."""
    many = 300_000 if quick else 1_000_000
    queries = 30 if quick else 100

    def data(rows, dim=128, count=queries, kind="normal"):
        return ["--generate", kind, "--rows", rows, "--dim", dim, "--seed", 1, "--query-count", count]

    plain = ["--plan", "scan"] if "--plan" in options else []
    plans = ["scan", "pruned"] if "--plan" in options else []
    counts = [10_000, 100_000, 1_000_000] if quick else [10_000, 30_000, 100_000, 300_000, 1_000_000, 2_000_000]
    dims = [32, 128, 768, 1_536] if quick else [16, 32, 64, 128, 256, 384, 768, 1_024, 1_536]
    ks = [10, 100, 1_000, 10_000] if quick else [1, 10, 100, 1_000, 10_000]
    batches = [2, 8, 64] if quick else [2, 4, 8, 16, 32, 64]
    clients = [4, 16, 64] if quick else [2, 4, 8, 16, 32, 64]
    yield "rows", "Latency by rows", "rows of 128 components", "median_ms", "ms a query", [
        ("1 thread", n, [*data(n), *plain]) for n in counts] + [("2 threads", n, [*data(n), "--threads", 2, *plain]) for n in counts]
    yield "dimension", "Latency by dimension", "components of a vector", "median_ms", "ms a query, 100,000 rows", [
        ("1 thread", d, [*data(100_000, d), *plain]) for d in dims]
    yield "k", "Latency by k", "k", "median_ms", f"ms a query, {many:,} x 128", [("1 thread", k, [*data(many), "--k", k, *plain]) for k in ks]
    yield "batch", "Queries a second by batch", "queries a call", "queries_per_second", f"queries a second, {many:,} x 128", [
        (f"{t} thread{'s'[:t - 1]}", b, [*data(many, count=max(64, queries)), "--batch", b, "--threads", t, "--compare-single", *plain])
        for t in (1, 2) for b in batches]
    if plans:
        yield "pruned-batch", "Queries a second by batch, pruned", "queries a call", "queries_per_second", f"queries a second, {many:,} x 128", [
            (f"{t} thread{'s'[:t - 1]}", b, [*data(many, count=max(64, queries)), "--batch", b, "--threads", t, "--plan", "pruned", "--compare-scan"])
            for t in (1, 2) for b in (batches[1:] if quick else batches)]
    yield "clients", "Queries a second by clients", "clients at once", "queries_per_second", "queries a second, 100,000 x 128, 4 shards over TCP", [
        ("4 shards, 2 threads", c, [*data(100_000), "--shards", 4, "--threads", 2, "--clients", c, *plain]) for c in clients]
    if plans:
        yield "plan", "Latency by plan", "components of a vector", "median_ms", "ms a query, 100,000 rows", [
            (plan, d, [*data(100_000, d), "--plan", plan]) for plan in plans for d in (dims if quick else [128, 384, 768, 1_536])]
    if "--filter" in options:
        yield "selectivity", "Latency by selectivity, first use of a filter", "share of rows that the filter selects", "first_use_ms", f"ms a query, {many:,} x 128", [
            ("1 thread", share, [*data(many), "--filter", f"bucket < {round(share * 100)}", "--compare-unfiltered", *plain]) for share in (0.01, 0.1, 0.5, 1)]


def text_of(arguments):
    return shlex.join(str(argument) for argument in ["iqdbflat", "bench", *arguments, "--json"])


def measure(tool, arguments):
    done = subprocess.run([str(tool), "bench", *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{text_of(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def ticks(low, high):
    """Decades about the values; with 2 and 5 between them where there are few."""
    decades = [10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    return decades if len(decades) > 3 else sorted({*decades, *(m * d for d in decades[:-1] for m in (2, 5))})


def label(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def draw(group):
    """A plot with both axes logarithmic."""
    width, height, left, right, top, bottom = 640, 400, 70, 150, 40, 50
    colours = ["#1b6ca8", "#c8553d", "#4a8f4a", "#7a5aa6"]
    points = [(run["series"], run["x"], run["report"][group["value"]]) for run in group["runs"]]
    xs, ys = [x for _, x, _ in points], [max(y, 1e-6) for _, _, y in points]
    across, up = sorted(set(xs)), ticks(min(ys), max(ys))

    def at(x, y):
        return (left + (width - left - right) * math.log10(x / across[0]) / (math.log10(across[-1] / across[0]) or 1),
                height - bottom - (height - top - bottom) * math.log10(max(y, 1e-6) / up[0]) / max(math.log10(up[-1] / up[0]), 1))

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>', f'<text x="{left}" y="20" font-size="15">{group["title"]}</text>']
    for x in across:
        px, _ = at(x, up[0])
        lines.append(f'<path d="M{px:.1f} {top}V{height - bottom}" stroke="#ddd"/><text x="{px:.1f}" y="{height - bottom + 16}" text-anchor="middle">{label(x)}</text>')
    for y in up:
        _, py = at(across[0], y)
        lines.append(f'<path d="M{left} {py:.1f}H{width - right}" stroke="#ddd"/><text x="{left - 6}" y="{py + 4:.1f}" text-anchor="end">{label(y)}</text>')
    lines.append(f'<text x="{(left + width - right) / 2}" y="{height - 12}" text-anchor="middle">{group["axis"]}</text>')
    lines.append(f'<text x="{left}" y="{top - 6}" font-size="11" fill="#555">{group["unit"]}</text>')
    for i, series in enumerate(dict.fromkeys(name for name, _, _ in points)):
        colour = colours[i % len(colours)]
        places = [at(x, y) for name, x, y in points if name == series]
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        lines.append(f'<rect x="{width - right + 12}" y="{top + 20 * i}" width="12" height="12" fill="{colour}"/><text x="{width - right + 30}" y="{top + 10 + 20 * i}">{series}</text>')
    return "\n".join([*lines, "</svg>", ""])


def table(group):
    """A line a run, each with the one command that repeats it."""
    ratio, ratio_head = RATIOS.get(group["name"], (None, None))
    if all(run["report"].get(ratio) is None for run in group["runs"]):
        ratio = None
    heads = [group["axis"], "series", group["unit"].split(",")[0], "share of the bandwidth", *([ratio_head] if ratio else []), "command"]
    lines = [f"![{group['title']}](benchmarks/{group['name']}.svg)", "", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for run in group["runs"]:
        report = run["report"]
        cells = [f"{run['x']:,}", run["series"], f"{report[group['value']]:,.3g}" if report[group["value"]] < 1_000 else f"{report[group['value']]:,.0f}",
                 f"{report['scan_share']:.2f}", *(["" if report.get(ratio) is None else f"{report[ratio]:.2f}"] if ratio else []), f"`{run['command']}`"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write(results):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    document = DOCUMENT.read_text()
    for group in results:
        (FOLDER / f"{group['name']}.svg").write_text(draw(group))
        document = re.sub(rf"(<!-- begin: {group['name']} -->\n).*?(<!-- end: {group['name']} -->)", lambda m: m[1] + table(group) + "\n" + m[2], document, flags=re.S)
    DOCUMENT.write_text(document)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="fewer points and 300,000 rows instead of 1,000,000: some minutes")
    arguments.add_argument("--only", action="append", help="a group by name; several times for several")
    arguments.add_argument("--draw", action="store_true", help="measure nothing")
    arguments.add_argument("--tool", type=pathlib.Path, default=TOOL, help="the built iqdbflat")
    chosen = arguments.parse_args()
    kept = json.loads((FOLDER / "results.json").read_text()) if (FOLDER / "results.json").exists() else []
    if not chosen.draw:
        options = subprocess.run([str(chosen.tool), "bench", "--help"], capture_output=True, text=True, check=False).stdout
        for name, title, axis, value, unit, runs in groups(chosen.quick, options):
            if chosen.only and name not in chosen.only:
                continue
            group = {"name": name, "title": title, "axis": axis, "value": value, "unit": unit, "runs": []}
            for series, x, run in runs:
                report = measure(chosen.tool, run)
                group["runs"].append({"series": series, "x": x, "command": text_of(run), "report": report})
                print(f"{name} {series} {x}: {report[value]}", flush=True)
            kept = [old for old in kept if old["name"] != name] + [group]
            write(kept)
    write(kept)


if __name__ == "__main__":
    main()

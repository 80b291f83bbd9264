#!/usr/bin/env python3
"""Judges `lujing-ctl match` from outside: makes a small city and drives in it, has them matched through the
command line, and compares path.csv with what was driven, by node pairs weighted by length. Shares nothing with
the product but its file formats.

usage: judge.py path/to/lujing-ctl [--drives 40] [--keep FOLDER]
"""
import argparse
import csv
import heapq
import math
import pathlib
import random
import subprocess
import sys
import tempfile

LAT0, LON0 = 48.0, 11.0
M_LAT = 111195.0
M_LON = M_LAT * math.cos(math.radians(LAT0))
BLOCK_M = 230
SIZE = 9  # streets each way


def lat_lon(at):
    return LAT0 + at[1] / M_LAT, LON0 + at[0] / M_LON


class City:
    """A grid of streets, bent a little; each third one is a main road, the middle ones are one-way."""

    def __init__(self, rng):
        self.nodes, self.ways, self.edges = {}, [], {}
        at = lambda i, j: 1000 + i * 100 + j
        for i in range(SIZE):
            for j in range(SIZE):
                self.nodes[at(i, j)] = (i * BLOCK_M + rng.uniform(-25, 25), j * BLOCK_M + rng.uniform(-25, 25))
        for k in range(SIZE):
            for line in ([at(i, k) for i in range(SIZE)], [at(k, j) for j in range(SIZE)]):
                oneway = k % 8 == 4
                self.add(line, 70 if k % 3 == 0 else 30, oneway, 'primary' if k % 3 == 0 else 'residential')

    def add(self, line, kmh, oneway, kind):
        self.ways.append((len(self.ways) + 1, line, kmh, oneway, kind))
        for a, b in zip(line, line[1:]):
            self.edges.setdefault(a, {})[b] = kmh
            if not oneway:
                self.edges.setdefault(b, {})[a] = kmh

    def length(self, a, b):
        return math.dist(self.nodes[a], self.nodes[b])

    def write(self, path):
        with open(path, 'w') as out:
            out.write('<?xml version="1.0"?>\n<osm version="0.6">\n')
            for node, at in self.nodes.items():
                lat, lon = lat_lon(at)
                out.write(f'<node id="{node}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>\n')
            for way, line, kmh, oneway, kind in self.ways:
                out.write(f'<way id="{way}" version="1">' + ''.join(f'<nd ref="{n}"/>' for n in line))
                out.write(f'<tag k="highway" v="{kind}"/><tag k="maxspeed" v="{kmh}"/>')
                out.write('<tag k="oneway" v="yes"/>' if oneway else '')
                out.write('</way>\n')
            out.write('</osm>\n')

    def way_of(self, rng, kind):
        """Nodes in driving order: the fastest or the shortest way, or turns by chance, never back."""
        while True:
            start, goal = rng.sample(sorted(self.nodes), 2)
            found = self.walk(rng, start) if kind == 'random' else self.best(start, goal, kind)
            if found and 1500 < sum(self.length(a, b) for a, b in zip(found, found[1:])):
                return found

    def walk(self, rng, at):
        way = [at]
        while len(way) < 14:
            ways = [n for n in sorted(self.edges.get(at, {})) if len(way) < 2 or n != way[-2]]
            if not ways:
                return None
            at = rng.choice(ways)
            way.append(at)
        return way

    def best(self, start, goal, kind):
        heap, done = [(0.0, start, [start])], set()
        while heap:
            cost, at, way = heapq.heappop(heap)
            if at == goal:
                return way
            if at in done:
                continue
            done.add(at)
            for to, kmh in self.edges.get(at, {}).items():
                price = self.length(at, to) / (kmh if kind == 'fastest' else 1)
                heapq.heappush(heap, (cost + price, to, way + [to]))
        return None


def drive(city, way, every_s, sigma_m, rng):
    """Fixes (t, lat, lon) of somebody who drives at 0.7 to 1 times the limit."""
    fixes, now, due = [], 0.0, 0.0
    last = None
    for a, b in zip(way, way[1:]):
        length = city.length(a, b)
        seconds = length / (city.edges[a][b] / 3.6 * rng.uniform(0.7, 1.0))
        while due <= now + seconds:
            share = (due - now) / seconds
            at = [p + (q - p) * share for p, q in zip(city.nodes[a], city.nodes[b])]
            fixes.append((due, at))
            due += every_s
        now += seconds
        last = (now, city.nodes[b])
    if last[0] > fixes[-1][0]:
        fixes.append(last)
    return [(t, [c + rng.gauss(0, sigma_m) for c in at]) for t, at in fixes]


def judge(city, truths, rows):
    """(length wrong or missing over true length, faults of the file itself)."""
    faults, wrong, true = [], 0.0, 0.0
    for track, way in truths.items():
        mine = rows.get(track, [])
        pairs = [(int(r['from_node']), int(r['to_node'])) for r in mine]
        driven = list(zip(way, way[1:]))
        true += sum(city.length(a, b) for a, b in driven)
        wrong += sum(city.length(a, b) for a, b in set(pairs) ^ set(driven))
        for n, (a, b) in enumerate(pairs):
            if b not in city.edges.get(a, {}):
                faults.append(f'{track}: {a} to {b} is no step of the network, or against one-way')
            if n and pairs[n - 1] == (b, a):
                faults.append(f'{track}: turned round at {a}')
        seq = [int(r['seq']) for r in mine]
        if any(b != a + 1 for a, b in zip(seq, seq[1:])):
            faults.append(f'{track}: seq does not count up')
        times = [(float(r['t_enter']), float(r['t_leave'])) for r in mine]
        if any(e > l + 1e-6 for e, l in times) or any(a[1] > b[0] + 1e-3 for a, b in zip(times, times[1:])):
            faults.append(f'{track}: time goes back')
    return wrong / true, faults


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('ctl')
    arguments.add_argument('--drives', type=int, default=40)
    arguments.add_argument('--seed', type=int, default=4)
    arguments.add_argument('--keep', help='leave the files here')
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix='judge-') as scratch:
        folder = pathlib.Path(given.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        return run(given, folder)


def run(given, folder):
    rng = random.Random(given.seed)
    city = City(rng)
    city.write(folder / 'city.osm')
    subprocess.run([given.ctl, 'roads', 'build', folder / 'city.osm', '-o', folder / 'city.roads'], check=True,
                   stdout=subprocess.DEVNULL)
    bad = 0
    # every_s, sigma_m, most wrong length over true length: whole, on-line
    for every_s, sigma_m, whole, online in ((1, 5, 0.01, 0.015), (10, 10, 0.02, 0.03), (30, 5, 0.03, 0.05)):
        for kind in ('fastest', 'shortest', 'random'):
            truths = {f'{kind}-{n}': city.way_of(rng, kind) for n in range(given.drives)}
            with open(folder / 'fixes.csv', 'w') as out:
                out.write('track,t_unix,lat,lon\n')
                for track, way in truths.items():
                    for t, at in drive(city, way, every_s, sigma_m, rng):
                        lat, lon = lat_lon(at)
                        out.write(f'{track},{1700000000 + t:.3f},{lat:.7f},{lon:.7f}\n')
            for how, most in (([], whole), (['--online'], online)):
                subprocess.run([given.ctl, 'match', '--roads', folder / 'city.roads', '--fixes', folder / 'fixes.csv',
                                '--path', folder / 'path.csv', '--points', folder / 'points.csv', *how], check=True,
                               stdout=subprocess.DEVNULL)
                rows = {}
                with open(folder / 'path.csv') as file:
                    for row in csv.DictReader(file):
                        rows.setdefault(row['track'], []).append(row)
                share, faults = judge(city, truths, rows)
                met = share <= most and not faults
                bad += not met
                print(f'{every_s:3} s {sigma_m:3} m {kind:9} {"on-line" if how else "whole":8} '
                      f'mismatch {100 * share:6.3f} % (at most {100 * most:g}) {"" if met else "MISSED"}')
                for fault in faults[:5]:
                    print('   ', fault)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())

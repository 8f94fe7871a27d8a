"""Plays models of the corpus with SimPy: python simpy_models.py models.json replications requests id ... > figures.json"""

import bisect
import json
import sys
from collections import OrderedDict, deque

import numpy
import simpy

from figures import merged, times
from laws import drawer


class Gave(Exception):
    """A request that failed; the argument says how."""


class Copy:
    """One queue and its servers."""

    def __init__(self, env, servers):
        self.resource = simpy.Resource(env, servers)
        self.present = 0
        self.area = 0.0
        self.since = 0.0

    def move(self, now, by):
        self.area += (now - self.since) * self.resource_busy
        self.since = now
        self.resource_busy += by

    resource_busy = 0


class Station:
    def __init__(self, run, spec):
        self.run = run
        self.copies = [Copy(run.env, spec["servers"]) for _ in range(spec.get("instances", 1))]
        self.servers = spec["servers"]
        self.dispatch = spec.get("dispatch", "random")
        self.turn = -1
        self.waits = [0.0, 0]

    def pick(self):
        if len(self.copies) == 1:
            return self.copies[0]
        if self.dispatch == "round-robin":
            self.turn = (self.turn + 1) % len(self.copies)
            return self.copies[self.turn]
        if self.dispatch == "shortest":
            least = min(copy.present for copy in self.copies)
            alike = [copy for copy in self.copies if copy.present == least]
            return alike[int(self.run.rng.integers(len(alike)))]
        return self.copies[int(self.run.rng.integers(len(self.copies)))]

    def held(self, steps):
        """Wait for a server (or slot), keep it while the steps run."""
        run, env = self.run, self.run.env
        copy = self.pick()
        copy.present += 1
        began = env.now
        with copy.resource.request() as slot:
            yield slot
            if env.now >= run.warm:
                self.waits[0] += env.now - began
                self.waits[1] += 1
            copy.move(env.now, 1)
            try:
                yield from steps()
            finally:
                copy.move(env.now, -1)
                copy.present -= 1

    def reset(self):
        for copy in self.copies:
            copy.move(self.run.env.now, 0)
            copy.area = 0.0

    def figures(self, name, span):
        for copy in self.copies:
            copy.move(self.run.env.now, 0)
        out = {f"{name}.utilization": sum(c.area for c in self.copies) / span / self.servers / len(self.copies)}
        if self.waits[1] > 0 and self.waits[0] > 0:
            out[f"{name}.wait_mean"] = self.waits[0] / self.waits[1]
        return out


class Cache:
    """Least recently used leaves, or keys that live for a while after they were fetched."""

    def __init__(self, run, spec):
        self.run = run
        weights = 1 / numpy.arange(1, spec["keys"] + 1) ** spec["zipf"]
        self.shares = list(numpy.cumsum(weights / weights.sum()))
        self.entries = spec.get("entries", float("inf"))
        self.live = spec.get("live", float("inf"))
        self.kept = OrderedDict()
        self.hits = [0, 0]

    def draw(self):
        return min(bisect.bisect_left(self.shares, self.run.rng.random()), len(self.shares) - 1)

    def has(self, key):
        now = self.run.env.now
        found = self.kept.get(key, -1.0) > now
        if found:
            self.kept.move_to_end(key)
        if now >= self.run.warm:
            self.hits[0 if found else 1] += 1
        return found

    def fill(self, key):
        if self.kept.get(key, -1.0) > self.run.env.now:
            return
        self.kept[key] = self.run.env.now + self.live
        self.kept.move_to_end(key)
        if len(self.kept) > self.entries:
            self.kept.popitem(last=False)


class Run:
    def __init__(self, system, seed):
        self.env = simpy.Environment()
        self.rng = numpy.random.default_rng(seed)
        self.system = system
        self.stations = {name: Station(self, spec) for name, spec in system["stations"].items()}
        self.pools = {name: Station(self, {"servers": n}) for name, n in system.get("pools", {}).items()}
        self.caches = {name: Cache(self, spec) for name, spec in system.get("caches", {}).items()}
        self.drawers = {}
        self.logs = {}
        self.times = {flow: [] for flow in system["flows"]}
        self.failed = dict.fromkeys(system["flows"], 0)
        self.sent = dict.fromkeys(system["flows"], 0)
        self.again = dict.fromkeys(system["flows"], 0)
        self.warm = 0.0

    def draw(self, law):
        key = id(law)
        if key not in self.drawers:
            self.drawers[key] = drawer(law, self.rng)
        return self.drawers[key]()

    def play(self, steps, flow):
        for step in steps:
            if "serve" in step:
                yield from self.stations[step["serve"]].held(lambda law=step["time"]: self.work(law))
            elif "wait" in step:
                yield self.env.timeout(self.draw(step["wait"]))
            elif "hold" in step:
                yield from self.pools[step["hold"]].held(lambda inner=step["steps"]: self.play(inner, flow))
            elif "repeat" in step:
                for _ in range(step["repeat"]):
                    yield from self.play(step["steps"], flow)
            elif "choose" in step:
                branches = step["choose"]
                which = bisect.bisect_left(numpy.cumsum([share for share, _ in branches]), self.rng.random())
                yield from self.play(branches[min(which, len(branches) - 1)][1], flow)
            elif "need" in step:
                yield from self.join(step, flow)
            elif "attempt" in step:
                yield from self.attempt(step, flow)
            elif "get" in step:
                cache = self.caches[step["get"]]
                key = cache.draw()
                if not cache.has(key):
                    yield from self.play(step["miss"], flow)
                    cache.fill(key)

    def work(self, law):
        yield self.env.timeout(self.draw(law))

    def join(self, step, flow):
        """So many branches have to end; the others run on."""
        done = self.env.event()
        left = [step["need"]]

        def branch(steps):
            yield from self.play(steps, flow)
            left[0] -= 1
            if left[0] == 0:
                done.succeed()

        for steps in step["of"]:
            self.env.process(branch(steps))
        yield done

    def attempt(self, step, flow):
        """Timeouts and retries, or a second copy; what is not waited for any more runs on."""
        isCounted = self.env.now >= self.warm
        self.sent[flow] += isCounted
        first = self.env.process(self.play(step["attempt"], flow))
        if "hedge" in step:
            yield first | self.env.timeout(step["hedge"])
            if first.is_alive:
                self.again[flow] += isCounted
                second = self.env.process(self.play(step["attempt"], flow))
                yield first | second
            return
        for left in range(step["retries"], -1, -1):
            yield first | self.env.timeout(step["timeout"])
            if not first.is_alive:
                return
            if left == 0:
                raise Gave("timeout")
            self.again[flow] += isCounted
            first = self.env.process(self.play(step["attempt"], flow))

    def request(self, flow, spec):
        began = self.env.now
        try:
            yield from self.play(spec["steps"], flow)
        except Gave:
            self.failed[flow] += began >= self.warm
            return
        if "publish" in spec:
            self.logs[spec["publish"]]()
        if began >= self.warm:
            self.times[flow].append(self.env.now - began)

    def outside(self, flow, spec):
        """Requests from many users, whatever becomes of them."""
        arrivals = spec.get("arrivals", {})
        gap = {"exp": 1 / spec["rate"]}
        if "hyperexp" in arrivals:
            gap = {"hyperexp": [1 / spec["rate"], arrivals["hyperexp"]]}
        draw = drawer(gap, self.rng)
        while True:
            yield self.env.timeout(draw())
            self.env.process(self.request(flow, spec))

    def user(self, flow, spec):
        while True:
            yield self.env.timeout(self.draw(spec["think"]))
            yield from self.request(flow, spec)

    def consumer(self, flow, spec):
        """Takes a batch when it is free and enough messages are there, or the oldest has waited long enough."""
        waiting = deque()
        bell = [self.env.event()]

        def put():
            waiting.append(self.env.now)
            if not bell[0].triggered:
                bell[0].succeed()

        self.logs[flow] = put
        copy = self.stations[spec["by"]].copies[0]

        def loop():
            while True:
                while not waiting:
                    bell[0] = self.env.event()
                    yield bell[0]
                due = self.env.timeout(max(0.0, waiting[0] + spec["longest"] - self.env.now))
                while len(waiting) < spec["batch"] and not due.processed:
                    bell[0] = self.env.event()
                    yield bell[0] | due
                batch = [waiting.popleft() for _ in range(min(len(waiting), spec["batch"]))]
                copy.move(self.env.now, 1)
                yield self.env.timeout(self.draw(spec["time"]) + spec["each"] * len(batch))
                copy.move(self.env.now, -1)
                self.times[flow].extend(self.env.now - sent for sent in batch if sent >= self.warm)

        self.env.process(loop())

    def start(self):
        for flow, spec in self.system["flows"].items():
            if "batch" in spec:
                self.consumer(flow, spec)
        for flow, spec in self.system["flows"].items():
            if "rate" in spec:
                self.env.process(self.outside(flow, spec))
            for _ in range(spec.get("population", 0)):
                self.env.process(self.user(flow, spec))


def replication(system, seed, requests):
    run = Run(system, seed)
    flows = system["flows"]
    # A user who thinks for Z and waits asks at 1/Z at most: measured long enough for the sake of open ones.
    rate = sum(f.get("rate", 0) + f.get("population", 0) / (2 * mean(f)) for f in flows.values())
    measured = requests / rate
    run.warm = 0.2 * measured + (3 * max((c["live"] for c in system.get("caches", {}).values() if "live" in c), default=0))
    run.start()
    run.env.run(until=run.warm)
    places = {**run.stations, **run.pools}
    for place in places.values():
        place.reset()
    run.env.run(until=run.warm + measured)
    out = {}
    for name, place in places.items():
        out.update(place.figures(name, measured))
    for flow, spec in flows.items():
        if run.times[flow] and "publish" not in spec:
            out.update(times(flow, run.times[flow]))
        if "population" in spec:
            out[f"{flow}.throughput"] = len(run.times[flow]) / measured
        if run.sent[flow] > 0:
            out[f"{flow}.attempts"] = 1 + run.again[flow] / run.sent[flow]
            out[f"{flow}.success"] = len(run.times[flow]) / (len(run.times[flow]) + run.failed[flow])
    for name, cache in run.caches.items():
        out[f"{name}.hit_ratio"] = cache.hits[0] / sum(cache.hits)
    return out


def mean(flow):
    return max(next(iter(flow["think"].values())), 1e-3) if "think" in flow else 1


if __name__ == "__main__":
    file, replications, requests, *ids = sys.argv[1:]
    with open(file, encoding="utf8") as text:
        corpus = {model["id"]: model for model in json.load(text)}
    for model_id in ids:
        runs = [replication(corpus[model_id]["system"], 1000 + i, int(requests)) for i in range(int(replications))]
        print(json.dumps({"id": model_id, "figures": merged(runs)}), flush=True)

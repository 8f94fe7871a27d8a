"""The three workloads as one would write them in SimPy: processes, resources and timeouts, response times in a list.

usage: workloads.py <workload> <seed> <simulated seconds>
"""

import json
import math
import random
import sys
import time
from itertools import cycle

import simpy


class Station(simpy.Resource):
    """A resource that counts what the other simulators count: arrivals, departures, busy time."""

    def __init__(self, env, capacity):
        super().__init__(env, capacity)
        self.arrivals = 0
        self.served = 0
        self.busy = 0.0


class Run:
    """What the workloads share: clock, chance, and the response times of good answers."""

    def __init__(self, seed, rate):
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.rate = rate
        self.times = []
        self.failed = 0
        self.attempts = 0

    def arrivals(self, request):
        while True:
            yield self.env.timeout(self.random.expovariate(self.rate))
            self.env.process(request())

    def serve(self, station, mean):
        station.arrivals += 1
        with station.request() as turn:
            yield turn
            service = self.random.expovariate(1 / mean)
            yield self.env.timeout(service)
            station.busy += service
        station.served += 1


def tandem(seed, stages, servers):
    """W1 and W2: M/M/c stations in a row, utilization 0.8, service 10 ms."""
    run = Run(seed, 0.8 * servers / 0.01)
    stations = [Station(run.env, servers) for _ in range(stages)]

    def request():
        start = run.env.now
        for station in stations:
            yield from run.serve(station, 0.01)
        run.times.append(run.env.now - start)

    return run, request, stations, stations


def pool(seed):
    """W3: workers held during a cache and, on a miss, a store; impatient clients, abandoned attempts run on."""
    run = Run(seed, 8000)
    instances = [Station(run.env, 8) for _ in range(4)]
    turns = cycle(instances)
    cache = Station(run.env, 64)
    store = Station(run.env, 16)

    def attempt(instance):
        instance.arrivals += 1
        with instance.request() as worker:
            yield worker
            since = run.env.now
            yield run.env.timeout(run.random.expovariate(1 / 0.002))
            yield from run.serve(cache, 0.0003)
            if run.random.random() >= 0.9:
                yield from run.serve(store, 0.008)
            instance.busy += run.env.now - since
        instance.served += 1

    def request():
        start = run.env.now
        for tries in range(3):
            run.attempts += 1
            answer = run.env.process(attempt(next(turns)))
            yield answer | run.env.timeout(0.03)
            if answer.processed:
                run.times.append(run.env.now - start)
                return
            if tries < 2:
                yield run.env.timeout(0.01 * 2**tries * (0.5 + run.random.random()))
        run.failed += 1

    return run, request, instances, [*instances, cache, store]


def main():
    workload, seed, end = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    made = {"w1": lambda: tandem(seed, 1, 1), "w2": lambda: tandem(seed, 5, 4), "w3": lambda: pool(seed)}
    began = time.process_time()
    run, request, shown, stations = made[workload]()
    run.env.process(run.arrivals(request))
    run.env.run(until=end)
    seconds = time.process_time() - began
    times = sorted(run.times)
    quantile = lambda q: times[max(0, math.ceil(q * len(times)) - 1)]
    figures = {
        "completed": len(times),
        "failed": run.failed,
        "attempts": run.attempts,
        "events": sum(station.arrivals + station.served for station in stations),
        "seconds": round(seconds, 6),
        "mean": sum(times) / len(times),
        "p50": quantile(0.5),
        "p99": quantile(0.99),
        "utilization": sum(s.busy for s in shown) / (sum(s.capacity for s in shown) * end),
    }
    print(json.dumps(figures))


main()

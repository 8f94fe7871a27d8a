"""Plays models of the corpus with Ciw: python ciw_models.py models.json replications requests id ... > figures.json

Where there are several queues, every request first passes an entrance (no time, no queue), where its way is drawn."""

import json
import random
import sys

import ciw

from figures import merged, times
from laws import balanced


def law_of(law):
    kind, value = next(iter(law.items()))
    if kind == "exp":
        return ciw.dists.Exponential(1 / value)
    if kind == "fixed":
        return ciw.dists.Deterministic(value)
    if kind == "hyperexp":
        p = balanced(value[1])
        return ciw.dists.HyperExponential([2 * p / value[0], 2 * (1 - p) / value[0]], [p, 1 - p])
    if kind == "lognormal":
        import math

        spread = math.log(1 + value[1] ** 2)
        return ciw.dists.Lognormal(math.log(value[0]) - spread / 2, math.sqrt(spread))
    raise ValueError(f"no such law here: {kind}")


def laws_at(steps, laws):
    """The one law of each station that a class visits."""
    for step in steps:
        if "serve" in step:
            laws[step["serve"]] = law_of(step["time"])
        for inner in [step.get("steps", [])] + [branch for _, branch in step.get("choose", [])]:
            laws_at(inner, laws)
    return laws


def way(steps, nodes, turns):
    """Nodes that one request passes, drawn anew; a list of lists: one of each."""
    out = []
    for step in steps:
        if "serve" in step:
            ids = nodes[step["serve"]]
            if step["serve"] in turns:
                turns[step["serve"]] += 1
                ids = [ids[turns[step["serve"]] % len(ids)]]
            out.append(list(ids))
        elif "repeat" in step:
            for _ in range(step["repeat"]):
                out += way(step["steps"], nodes, turns)
        else:
            at, drawn = 0, random.random()
            while at < len(step["choose"]) - 1 and drawn >= step["choose"][at][0]:
                drawn -= step["choose"][at][0]
                at += 1
            out += way(step["choose"][at][1], nodes, turns)
    return out


def isShared(spec):
    return spec.get("order") == "ps"


class World:
    """Nodes of the stations: the entrance, if there is one, then each copy of each station."""

    def __init__(self, system):
        self.system = system
        self.nodes, self.owners = {}, []
        copies = sum(spec.get("instances", 1) for spec in system["stations"].values())
        self.before = 1 if copies > 1 else 0
        for name, spec in system["stations"].items():
            first = len(self.owners) + 1 + self.before
            self.owners += [name] * spec.get("instances", 1)
            self.nodes[name] = list(range(first, len(self.owners) + 1 + self.before))
        self.specs = [system["stations"][name] for name in self.owners]

    def route(self, flow, turns):
        """What is left of the way after the node that requests come to first."""
        return way(self.system["flows"][flow]["steps"], self.nodes, turns)[1 - self.before :]

    def network(self):
        flows, specs = self.system["flows"], self.specs
        gate = self.before
        rest = [None] * (len(specs) - 1 + gate)
        turns = {n: -1 for n, s in self.system["stations"].items() if s.get("dispatch") == "round-robin"}
        shortest = any(s.get("dispatch") == "shortest" for s in specs)
        orders = [spec.get("order", "fifo") for spec in specs]
        options = {}
        if any("patience" in s for s in specs):
            options["reneging_time_distributions"] = {
                f: [None] * gate + [law_of(s["patience"]) if "patience" in s else None for s in specs] for f in flows
            }
        if any(order in ("priority", "preemptive") for order in orders):
            ranks = {f: flows[f]["priority"] - 1 for f in flows}
            options["priority_classes"] = (ranks, [False] * gate + ["resume" if o == "preemptive" else False for o in orders])
        batch = {f: flows[f].get("arrivals", {}).get("batch", 1) for f in flows}
        if any(b > 1 for b in batch.values()):
            options["batching_distributions"] = {
                f: [ciw.dists.Deterministic(batch[f])] + [ciw.dists.Deterministic(1) for _ in rest] for f in flows
            }
        found = {f: laws_at(flows[f]["steps"], {}) for f in flows}
        idle = ciw.dists.Deterministic(0.0)
        return ciw.create_network(
            arrival_distributions={
                f: [ciw.dists.Exponential(flows[f]["rate"] / batch[f])] + rest for f in flows
            },
            service_distributions={f: [idle] * gate + [found[f].get(name, idle) for name in self.owners] for f in flows},
            # A shared station takes everybody in; so many may be there before they are slowed down.
            number_of_servers=[float("inf")] * gate + [float("inf") if isShared(s) else s["servers"] for s in specs],
            ps_thresholds=[1] * gate + [s["servers"] for s in specs],
            queue_capacities=[float("inf")] * gate + [s.get("queue", float("inf")) for s in specs],
            routing={
                f: ciw.routing.FlexibleProcessBased(
                    lambda ind, simulation, f=f: self.route(f, turns),
                    rule="any",
                    choice="lb" if shortest else "random",
                )
                for f in flows
            },
            **options,
        )

    def kinds(self):
        return [ciw.Node] * self.before + [ciw.PSNode if isShared(s) else ciw.Node for s in self.specs]


def figures_of(world, records, warm, end):
    first, last, flow_of, lost = {}, {}, {}, {}
    busy = dict.fromkeys(world.nodes, 0.0)
    waits = {name: [0.0, 0] for name in world.nodes}
    for r in records:
        flow_of[r.id_number] = r.original_customer_class
        first[r.id_number] = min(r.arrival_date, first.get(r.id_number, r.arrival_date))
        if r.record_type in ("rejection", "renege"):
            lost[r.id_number] = r.record_type
            continue
        if r.record_type == "interrupted service":
            continue
        last[r.id_number] = max(r.exit_date, last.get(r.id_number, 0))
        if r.node <= world.before:
            continue
        name = world.owners[r.node - 1 - world.before]
        busy[name] += max(0.0, min(r.service_end_date, end) - max(r.service_start_date, warm))
        if r.arrival_date >= warm:
            waits[name][0] += r.waiting_time
            waits[name][1] += 1
    out = {}
    for name, spec in world.system["stations"].items():
        order = spec.get("order", "fifo")
        if order == "fifo":
            copies = spec.get("instances", 1)
            out[f"{name}.utilization"] = busy[name] / (end - warm) / spec["servers"] / copies
            if "patience" not in spec:
                out[f"{name}.wait_mean"] = waits[name][0] / waits[name][1]
    ended = {f: 0 for f in world.system["flows"]}
    gone = {"rejection": 0, "renege": 0}
    taken = {f: [] for f in world.system["flows"]}
    for ind, began in first.items():
        if not warm <= began < end - 0.02 * (end - warm):
            continue
        ended[flow_of[ind]] += 1
        if ind in lost:
            gone[lost[ind]] += 1
        else:
            taken[flow_of[ind]].append(last[ind] - began)
    for flow, values in taken.items():
        out.update(times(flow, values))
        for record_type, name in (("rejection", "rejected"), ("renege", "abandoned")):
            if gone[record_type] > 0:
                out[f"{flow}.{name}"] = gone[record_type] / ended[flow]
    return out


def replication(system, seed, requests):
    ciw.seed(seed)
    random.seed(seed)
    world = World(system)
    measured = requests / sum(f["rate"] for f in system["flows"].values())
    warm = 0.2 * measured
    simulation = ciw.Simulation(world.network(), node_class=world.kinds())
    simulation.simulate_until_max_time(warm + measured)
    # Only requests that ended have records: those of the last moments are left out (see above).
    return figures_of(world, simulation.get_all_records(), warm, warm + measured)


if __name__ == "__main__":
    file, replications, requests, *ids = sys.argv[1:]
    with open(file, encoding="utf8") as text:
        corpus = {model["id"]: model for model in json.load(text)}
    for model_id in ids:
        runs = [replication(corpus[model_id]["system"], 1000 + i, int(requests)) for i in range(int(replications))]
        print(json.dumps({"id": model_id, "figures": merged(runs)}), flush=True)

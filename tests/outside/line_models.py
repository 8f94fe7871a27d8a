"""Solves closed models of the corpus with LINE, by their Markov chain: python line_models.py models.json id ... > figures.json"""

import contextlib
import io
import json
import sys

with contextlib.redirect_stdout(io.StringIO()):
    from line_solver import CTMC, ClosedClass, Delay, Exp, Network, Queue, SchedStrategy


def network(system):
    model = Network("outside")
    think = Delay(model, "think")
    stations = {}
    for name, spec in system["stations"].items():
        order = SchedStrategy.PS if spec.get("order") == "ps" else SchedStrategy.FCFS
        stations[name] = Queue(model, name, order)
        stations[name].setNumberOfServers(spec["servers"])
    flows = system["flows"]
    classes = {name: ClosedClass(model, name, spec["population"], think) for name, spec in flows.items()}
    ways = model.initRoutingMatrix()
    for name, spec in flows.items():
        own = classes[name]
        think.setService(own, Exp.fitMean(spec["think"]["exp"]))
        before = think
        for step in spec["steps"]:
            station = stations[step["serve"]]
            station.setService(own, Exp.fitMean(step["time"]["exp"]))
            ways.set(own, own, before, station, 1.0)
            before = station
        ways.set(own, own, before, think, 1.0)
    model.link(ways)
    return model


def figures(system):
    with contextlib.redirect_stdout(io.StringIO()):
        table = CTMC(network(system)).getAvgTable()
    rows = [(str(r.Station), str(r.JobClass), float(r.QLen), float(r.Tput)) for r in table.data.itertuples()]
    out = {}
    for flow, spec in system["flows"].items():
        rate = next(tput for station, name, _, tput in rows if station == "think" and name == flow)
        out[f"{flow}.throughput"] = rate
        out[f"{flow}.mean"] = spec["population"] / rate - spec["think"]["exp"]
    for station, spec in system["stations"].items():
        own = [row for row in rows if row[0] == station]
        out[f"{station}.in_system_mean"] = sum(row[2] for row in own)
        work = {
            flow: sum(s["time"]["exp"] for s in f["steps"] if s["serve"] == station) for flow, f in system["flows"].items()
        }
        out[f"{station}.utilization"] = sum(row[3] * work[row[1]] for row in own) / spec["servers"]
    return out


if __name__ == "__main__":
    file, *ids = sys.argv[1:]
    with open(file, encoding="utf8") as text:
        corpus = {model["id"]: model for model in json.load(text)}
    for model_id in ids:
        found = {name: {"value": value, "halfWidth": 0} for name, value in figures(corpus[model_id]["system"]).items()}
        print(json.dumps({"id": model_id, "figures": found}), flush=True)

"""From independent replications to a value and the half width of its 95 % interval (Student's t)."""

import math

# 97.5 % quantiles of Student's t with 1..29 degrees of freedom.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
     2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045]


def interval(values):
    n = len(values)
    mean = sum(values) / n
    variance = sum((v - mean) ** 2 for v in values) / (n - 1)
    return {"value": mean, "halfWidth": T[min(n - 2, len(T) - 1)] * math.sqrt(variance / n)}


def merged(replications):
    """Figures of all replications, each a map of name to number; those that one of them lacks are left out."""
    names = [name for name in replications[0] if all(name in each for each in replications)]
    return {name: interval([each[name] for each in replications]) for name in sorted(names)}


def times(flow, values):
    """Mean and percentiles of response times."""
    ordered = sorted(values)
    out = {f"{flow}.mean": sum(ordered) / len(ordered)}
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        out[f"{flow}.{name}"] = ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]
    return out

"""Laws of the corpus, drawn with numpy. A law is one key and its numbers: {"lognormal": [mean, cv]}."""

import math


def mean_of(law):
    kind, value = next(iter(law.items()))
    if kind in ("exp", "fixed"):
        return value
    if kind in ("lognormal", "hyperexp"):
        return value[0]
    if kind == "erlang":
        return value[1]
    if kind == "uniform":
        return (value[0] + value[1]) / 2
    return sum(share * mean_of(inner) for share, inner in value)


def balanced(cv):
    """Two exponentials with balanced means: probability of the first."""
    return (1 + math.sqrt((cv * cv - 1) / (cv * cv + 1))) / 2


def drawer(law, rng):
    """A function that draws from the law, a few thousand at a time."""
    kind, value = next(iter(law.items()))

    def many(n):
        if kind == "exp":
            return rng.exponential(value, n)
        if kind == "fixed":
            return [value] * n
        if kind == "lognormal":
            spread = math.log(1 + value[1] ** 2)
            return rng.lognormal(math.log(value[0]) - spread / 2, math.sqrt(spread), n)
        if kind == "erlang":
            return rng.gamma(value[0], value[1] / value[0], n)
        if kind == "uniform":
            return rng.uniform(value[0], value[1], n)
        if kind == "hyperexp":
            p = balanced(value[1])
            first = rng.random(n) < p
            return rng.exponential(1, n) * [value[0] / (2 * p) if one else value[0] / (2 * (1 - p)) for one in first]
        shares = [share for share, _ in value]
        which = rng.choice(len(value), n, p=shares)
        drawn = [drawer(inner, rng) for _, inner in value]
        return [drawn[i]() for i in which]

    kept = []

    def draw():
        if not kept:
            kept.extend(float(x) for x in many(4096))
            kept.reverse()
        return kept.pop()

    return draw

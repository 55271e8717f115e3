"""Reads model files with dimod and prints each as the normal form of normal-form.ts, one JSON object per line."""
import json
import sys

import dimod
from dimod.serialization import coo

TUPLE = lambda label: [TUPLE(part) for part in label] if isinstance(label, tuple) else label
name = lambda label: json.dumps(TUPLE(label), separators=(",", ":"), ensure_ascii=False)
rounded = lambda value: float(f"{value:.12g}")


def expression(model):
    quadratic = {}
    for u, v, bias in model.iter_quadratic():
        if bias:
            quadratic[" ".join(sorted((name(u), name(v))))] = rounded(bias)
    linear = {name(v): rounded(bias) for v, bias in model.iter_linear() if bias}
    return {"linear": linear, "quadratic": quadratic, "offset": rounded(model.offset)}


def cqm(model):
    constraints = {}
    for label, row in model.constraints.items():
        body = expression(row.lhs)
        offset = body.pop("offset")
        soft = {"weight": row.lhs.weight(), "penalty": row.lhs.penalty()} if row.lhs.is_soft() else None
        constraints[name(label)] = {
            **body,
            "sense": row.sense.value,
            "rhs": rounded(row.rhs - offset),
            "soft": soft,
            "discrete": row.lhs.is_discrete(),
        }
    variables = {
        name(v): [model.vartype(v).name, rounded(model.lower_bound(v)), rounded(model.upper_bound(v))]
        for v in model.variables
    }
    return {"variables": variables, "objective": expression(model.objective), "constraints": constraints}


def bqm(model):
    return {"vartype": model.vartype.name, "variables": sorted(map(name, model.variables)), **expression(model)}


def penalised(path):
    """A CQM's BQM by cqm_to_bqm: its counts, linear biases but for slacks, and sums."""
    with open(path, "rb") as file:
        # dimod 0.12 fails on spins itself unless they are replaced before.
        model, _ = dimod.cqm_to_bqm(dimod.CQM.from_file(file).spin_to_binary(inplace=True))
    slack = lambda label: isinstance(label, str) and label.startswith("slack_")
    return {
        "numVariables": model.num_variables,
        "numInteractions": model.num_interactions,
        "offset": rounded(model.offset),
        "linear": {name(v): rounded(bias) for v, bias in model.iter_linear() if bias and not slack(v)},
        "sums": [rounded(sum(model.linear.values())), rounded(sum(bias for _, _, bias in model.iter_quadratic()))],
    }


def read(kind, path):
    if kind == "cqm":
        with open(path, "rb") as file:
            return cqm(dimod.CQM.from_file(file))
    if kind == "bqm":
        with open(path, "rb") as file:
            return bqm(dimod.BQM.from_file(file))
    if kind == "lp":
        return cqm(dimod.lp.load(path))
    if kind == "coo":
        with open(path) as file:
            return bqm(coo.load(file))
    if kind == "json":
        with open(path) as file:
            return bqm(dimod.BQM.from_serializable(json.load(file)))
    if kind == "sampleset":
        with open(path) as file:
            found = dimod.SampleSet.from_serializable(json.load(file))
        return {
            "labels": [TUPLE(v) for v in found.variables],
            "samples": found.record.sample.tolist(),
            "energies": found.record.energy.tolist(),
            "occurrences": found.record.num_occurrences.tolist(),
            "vartype": found.vartype.name,
            "again": json.dumps(found.to_serializable()),
        }
    if kind == "cqm-to-bqm":
        return penalised(path)
    raise ValueError(kind)


for line in sys.stdin:
    kind, path = json.loads(line)
    print(json.dumps(read(kind, path)))

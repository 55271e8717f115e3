"""Runs OR-Tools CP-SAT or native HiGHS on one integer program from standard input; prints one JSON line.

Usage: exact-peers.py cp-sat|highs < REQUEST, where REQUEST is the JSON that exact-peers.ts writes: seconds, seed and the
program as rows (all columns whole, from 0 to an upper limit). One thread, gap 0; neither the start of Python nor the
building of the model counts. What comes back is a point: who asked recomputes its objective.
"""
import json
import math
import sys
import time

# CP-SAT takes whole numbers: rows of fractions are scaled to about this limit, each coefficient rounded up.
ROW_SCALE = 2**40


def rows_of(program):
    starts, indices, values = program["starts"], program["indices"], program["values"]
    for row, lower in enumerate(program["rowLower"]):
        begin, end = starts[row], starts[row + 1]
        yield lower, program["rowUpper"][row], indices[begin:end], values[begin:end]


def cp_sat(program, seconds, seed):
    import ortools
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    upper = program["colUpper"]
    columns = [model.new_bool_var("") if most == 1 else model.new_int_var(0, int(most), "") for most in upper]
    for lower, most, indices, values in rows_of(program):
        own = [columns[index] for index in indices]
        binary = most == 1 and all(value == 1 for value in values) and all(upper[index] == 1 for index in indices)
        if binary and lower == 1:
            model.add_exactly_one(own)
        elif binary:
            model.add_at_most_one(own)
        elif all(value == int(value) for value in values):
            total = cp_model.LinearExpr.weighted_sum(own, [int(value) for value in values])
            model.add(total <= math.floor(most))
            if lower is not None:
                model.add(total >= math.ceil(lower))
        elif lower is None:
            scale = ROW_SCALE / max(abs(most), 1e-9)
            whole = [math.ceil(value * scale) for value in values]
            model.add(cp_model.LinearExpr.weighted_sum(own, whole) <= math.floor(most * scale))
        else:
            raise ValueError("a row of fractions with a lower limit is not supported")
    cost = program["colCost"]
    if all(value == int(value) for value in cost):
        cost = [int(value) for value in cost]
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, cost))
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = seconds
    parameters.num_workers = 1
    parameters.random_seed = seed
    parameters.relative_gap_limit = 0
    began, cpu = time.perf_counter(), time.process_time()
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return {
        "version": f"OR-Tools CP-SAT {ortools.__version__}",
        "status": solver.status_name(status).lower(),
        "values": [solver.value(column) for column in columns] if found else None,
        "bound": solver.best_objective_bound,
        "wallSeconds": time.perf_counter() - began,
        "cpuSeconds": time.process_time() - cpu,
    }


def highs(program, seconds, seed):
    import highspy
    import numpy

    lp = highspy.HighsLp()
    count = len(program["colCost"])
    lp.num_col_ = count
    lp.num_row_ = len(program["rowLower"])
    lp.col_cost_ = numpy.array(program["colCost"])
    lp.col_lower_ = numpy.zeros(count)
    lp.col_upper_ = numpy.array(program["colUpper"], dtype=float)
    lp.row_lower_ = numpy.array([-math.inf if value is None else value for value in program["rowLower"]])
    lp.row_upper_ = numpy.array(program["rowUpper"], dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = lp.num_col_, lp.num_row_
    matrix.start_ = numpy.array(program["starts"], dtype=numpy.int32)
    matrix.index_ = numpy.array(program["indices"], dtype=numpy.int32)
    matrix.value_ = numpy.array(program["values"], dtype=float)
    solver = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "time_limit": seconds,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
        "dual_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    began, cpu = time.perf_counter(), time.process_time()
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == 2
    return {
        "version": f"HiGHS {solver.version()} (highspy)",
        "status": solver.modelStatusToString(solver.getModelStatus()).lower(),
        "values": [round(value) for value in solver.getSolution().col_value] if found else None,
        "bound": info.mip_dual_bound,
        "wallSeconds": time.perf_counter() - began,
        "cpuSeconds": time.process_time() - cpu,
    }


def main():
    request = json.load(sys.stdin)
    run = {"cp-sat": cp_sat, "highs": highs}[sys.argv[1]]
    answer = run(request["program"], request["seconds"], request["seed"])
    answer["bound"] = answer["bound"] if math.isfinite(answer["bound"]) else None
    json.dump(answer, sys.stdout)


main()

/** Table 2: what the quality weight does, and where the paper's QUBO has its minimum at all. */
import { energyOf } from '../formulation/energy.ts'
import { lcrpHardware } from '../generators/lcrp-paper.ts'
import { penalised } from '../quantum/qaoa/problem.ts'
import { classicalRows, classicalTable } from './classical.ts'
import { PUBLISHED_LAMBDA } from './published.ts'
import { costText, type ExperimentOptions, type ExperimentResult, share, spread } from './result.ts'
import { runVariant } from './run-variant.ts'
import { createVariant, type Variant } from './variants.ts'

const LAYERS = 2
const LAMBDA_A = 50

export async function lambda({ seed, repeats, shots }: ExperimentOptions): Promise<ExperimentResult> {
  const instance = lcrpHardware(4)
  const rows = []
  for (const published of PUBLISHED_LAMBDA) {
    const { lambdaQ } = published
    const runs = []
    for (let k = 0; k < repeats; k++)
      runs.push(await runVariant(instance, 'raw', { layers: LAYERS, shots, lambdaQ, seed: seed + k }))
    const [first] = runs
    rows.push({
      published,
      ours: first!.ideal.best,
      validRates: runs.map(({ idealValid }) => idealValid),
      random: first!.random.best,
      randomValid: first!.randomValid,
      ground: groundState(
        createVariant(instance, 'raw', { layers: LAYERS, shots, lambdaQ, lambdaA: LAMBDA_A }),
      ),
    })
  }
  const classical = await classicalRows(instance, seed)
  return {
    name: 'lambda',
    title: 'Penalty weight sensitivity (Table 2; 12 qubits, simulator)',
    tables: [
      {
        title: `raw QAOA, p = ${LAYERS}, ${shots} shots: best valid shot as cost (share of floors met)`,
        columns: [
          'lambdaQ',
          'paper',
          'ours',
          'random bits',
          'valid, ours',
          'valid, random',
          '<least energy of the QUBO is at',
        ],
        rows: rows.map(({ published, ours, validRates, random, randomValid, ground }) => [
          String(published.lambdaQ),
          costText(published),
          costText(ours),
          costText(random),
          spread(validRates),
          share(randomValid),
          ground.text,
        ]),
      },
      classicalTable(classical),
    ],
    notes: [
      'Within valid assignments the least energy is the greedy one at every weight in the table: a broken floor costs 10 x lambdaQ >= 50, a saving at most 1.',
      'From 10 x lambdaQ = lambdaA = 50 on, leaving a task without a model costs no more than breaking its floor: above it, the paper’s own optimum is no assignment at all.',
    ],
    figures: [],
    data: { rows: rows.map(({ ground, ...row }) => ({ ...row, ground })), classical },
  }
}

interface Ground {
  readonly text: string
  readonly valid: boolean
  readonly energy: number
}

/** The states of least energy of a small penalised model, by enumeration. */
function groundState({ problem }: Variant): Ground {
  const bqm = penalised(problem, LAMBDA_A)
  const bits = new Int8Array(bqm.numVariables)
  let energy = Infinity
  let missing: number[] = []
  for (let code = 0; code < 2 ** bqm.numVariables; code++) {
    for (let v = 0; v < bqm.numVariables; v++) bits[v] = (code >> v) & 1
    const found = energyOf(bqm, bits, 0)
    if (found > energy + TIE) continue
    if (found < energy - TIE) missing = []
    energy = Math.min(energy, found)
    missing.push(problem.groups.filter((group) => group.every((v) => bits[v] === 0)).length)
  }
  const [least, most] = [Math.min(...missing), Math.max(...missing)]
  const invalid = `a state with ${most} of ${problem.groups.length} tasks unassigned`
  const text =
    most === 0 ? 'a valid assignment' : least === 0 ? `a valid assignment, tied with ${invalid}` : invalid
  return { energy, valid: least === 0, text }
}

/** Energies this close are equal. */
const TIE = 1e-9

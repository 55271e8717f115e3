/** How `qaas qaoa` tells its result, to people and to machines. */

import type { Bqm } from '../formulation/bqm.ts'
import { counted } from '../model/counted.ts'
import type { OneLayerOptimum } from '../quantum/qaoa/closed-form.ts'
import { DECODINGS, type Decoding, type Rate } from '../quantum/qaoa/decodings.ts'
import type { NoisyReading } from '../quantum/qaoa/noisy.ts'
import type { QaoaProblem } from '../quantum/qaoa/problem.ts'
import type { RqaoaRun } from '../quantum/qaoa/rqaoa.ts'
import type { QaoaRun } from '../quantum/qaoa/run.ts'
import { count, duration } from './format.ts'
import { renderTable } from './table.ts'

interface Extras {
  readonly elapsedMs: number
  readonly noisy?: NoisyReading
}

export function qaoaText(problem: QaoaProblem, run: QaoaRun, { elapsedMs, noisy }: Extras): string {
  const { encoding, training, decodings, random } = run
  const shown = problem.groups.length > 0 ? DECODINGS : (['raw', 'refined'] as const)
  const rows = shown.flatMap((name) =>
    [
      { title: 'QAOA', side: decodings },
      ...(noisy ? [{ title: `on ${noisy.device}`, side: noisy.decodings }] : []),
      { title: 'random bits', side: random.decodings },
    ].map(({ title, side }, k) => {
      const decoding = side.find((candidate) => candidate.name === name)!
      return [k === 0 ? name : '', title, ...decodingCells(decoding)]
    }),
  )
  return [
    modelLine(problem),
    `encoding ${encoding.name}, mixer ${encoding.mixer}, ${counted(encoding.numQubits, 'qubit')}${encoding.penalty > 0 ? `, penalty ${short(encoding.penalty)}` : ''}`,
    partsLine(run),
    `p = ${training.gammas.length}: gammas ${list(training.gammas)}, betas ${list(training.betas)}`,
    `${counted(training.evaluations, 'evaluation')} in ${counted(training.runs.length, 'run')}, ${duration(elapsedMs)}; mean energy of the state ${short(run.expectation)}`,
    ...(run.exactValidRate !== undefined && run.exactValidRate < 1
      ? [`exact valid rate ${percentText(run.exactValidRate)}`]
      : []),
    ...(run.optimum === undefined
      ? []
      : [`optimum ${short(run.optimum)}, measured in ${rateText(run.optimumRate!)} of the shots`]),
    '',
    renderTable(
      [
        { title: 'decoding' },
        { title: 'of' },
        { title: 'valid', align: 'right' },
        { title: 'mean energy', align: 'right' },
        { title: 'best energy', align: 'right' },
        { title: 'best seen in', align: 'right' },
      ],
      rows,
    ),
    '',
    ...(noisy ? [noiseLine(noisy), ''] : []),
    `${noisy ? 'QAOA is' : 'Simulated'} without noise. Repair and refinement are classical: read them beside the random bits.`,
  ].join('\n')
}

function noiseLine({ device, circuit, mitigatedValidRate }: NoisyReading): string {
  const rate =
    mitigatedValidRate === undefined
      ? ''
      : `; valid rate with reading errors taken out ${percentText(mitigatedValidRate)}`
  return `On ${device} as calibrated: ${count(circuit.twoQubitGates)} two-qubit gates, depth ${count(circuit.depth)}${rate}.`
}

function modelLine({ bqm, groups }: QaoaProblem): string {
  const grouped = groups.length > 0 ? `, ${count(groups.length)} one-hot groups` : ''
  return `${counted(bqm.numVariables, 'variable')}, ${counted(bqm.numInteractions, 'coupling')}${grouped}`
}

function partsLine({ componentStates }: QaoaRun): string {
  const largest = Math.max(...componentStates)
  if (componentStates.length === 1) return `one connected part of ${count(largest)} basis states`
  return `a product of ${count(componentStates.length)} independent parts, the largest of ${count(largest)} basis states: nothing entangles them`
}

function decodingCells({ validRate, meanEnergy, best }: Decoding): string[] {
  return [
    rateText(validRate),
    meanEnergy === undefined ? '-' : short(meanEnergy),
    best === undefined ? '-' : short(best.energy),
    best === undefined ? '-' : percentText(best.rate.value),
  ]
}

/** What is known exactly where no shots can be drawn. */
export function closedFormText(
  problem: QaoaProblem,
  { best, model, reason }: { readonly best: OneLayerOptimum; readonly model: Bqm; readonly reason: string },
): string {
  return [
    modelLine(problem),
    `No shots: ${reason}.`,
    problem.groups.length > 0
      ? 'The groups are coupled to each other (by capacities or budgets, say), so they are no product. With one layer, a qubit per variable and the groups as penalties, the energy, penalties included, is known in closed form all the same:'
      : 'With one layer the energy is known in closed form all the same:',
    `  best mean energy ${short(best.energy)} at gamma ${short(best.gamma)}, beta ${short(best.beta)} (random bits: ${short(randomMean(model))})`,
    'For a state of this model use --recursive, which needs only these correlations.',
  ].join('\n')
}

function randomMean({ offset, linear, biases }: Bqm): number {
  let mean = offset
  for (const bias of linear) mean += bias / 2
  for (const bias of biases) mean += bias / 8
  return mean
}

export function rqaoaText(
  problem: QaoaProblem,
  run: RqaoaRun,
  { energy, valid }: { readonly energy: number; readonly valid: boolean },
): string {
  const rows = run.steps
    .filter((_, k) => k % Math.max(1, Math.ceil(run.steps.length / 12)) === 0)
    .map((step) => [
      count(step.spins),
      short(step.gamma),
      short(step.beta),
      step.strongest.toFixed(4),
      count(step.fixed),
    ])
  return [
    modelLine(problem),
    `recursive QAOA, p = 1, closed-form correlations: ${count(run.steps.length)} rounds${run.complete ? '' : ', interrupted'}`,
    `energy ${short(energy)}${valid ? '' : ' after repair: the state itself broke groups'} (random bits: ${short(randomMean(problem.bqm))} on average)`,
    '',
    renderTable(
      [
        { title: 'spins', align: 'right' },
        { title: 'gamma', align: 'right' },
        { title: 'beta', align: 'right' },
        { title: 'strongest', align: 'right' },
        { title: 'fixed', align: 'right' },
      ],
      rows,
    ),
  ].join('\n')
}

/** The run for machines: settings, angles, traces, shots and both sides of every decoding. */
export function qaoaDocument(
  problem: QaoaProblem,
  run: QaoaRun,
  { seed, elapsedMs, noisy }: Extras & { readonly seed: number },
): Record<string, unknown> {
  const side = (decodings: readonly Decoding[]): unknown =>
    decodings.map(({ best, ...rest }) => ({
      ...rest,
      ...(best ? { best: { ...best, bits: Array.from(best.bits) } } : {}),
    }))
  return {
    variables: problem.bqm.numVariables,
    couplings: problem.bqm.numInteractions,
    groups: problem.groups.map((group) => Array.from(group)),
    encoding: run.encoding.name,
    mixer: run.encoding.mixer,
    qubits: run.encoding.numQubits,
    penalty: run.encoding.penalty,
    componentStates: run.componentStates,
    seed,
    elapsedMs,
    gammas: run.training.gammas,
    betas: run.training.betas,
    expectation: run.expectation,
    optimum: run.optimum ?? null,
    optimumRate: run.optimumRate ?? null,
    exactValidRate: run.exactValidRate ?? null,
    decodings: side(run.decodings),
    random: side(run.random.decodings),
    ...(noisy ? { noisy: { ...noisy, decodings: side(noisy.decodings) } } : {}),
    training: { evaluations: run.training.evaluations, value: run.training.value, runs: run.training.runs },
  }
}

function rateText({ value, low, high }: Rate): string {
  return `${percentText(value)} [${percentText(low)}, ${percentText(high)}]`
}

function percentText(value: number): string {
  return `${(value * 100).toFixed(value === 1 || value === 0 ? 0 : 2)} %`
}

function short(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function list(values: readonly number[]): string {
  return `[${values.map((value) => value.toPrecision(5)).join(', ')}]`
}

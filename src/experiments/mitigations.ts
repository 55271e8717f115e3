/** Section 8.2: what each mitigation the paper proposes buys, with the same classical work done on coin flips beside it. */

import { lcrpHardware } from '../generators/lcrp-paper.ts'
import { createRng } from '../numeric/rng.ts'
import { type Decoding, decodeShots } from '../quantum/qaoa/decodings.ts'
import { collectShots } from '../quantum/qaoa/shots.ts'
import { classicalRows, classicalTable } from './classical.ts'
import { NO_READING_ERROR_SHOTS, readingErrors } from './reading-errors.ts'
import { costText, type ExperimentOptions, type ExperimentResult, share } from './result.ts'
import { readNoisily, runVariant, type VariantRun } from './run-variant.ts'
import { assignmentOf, type VariantName } from './variants.ts'
import { warmStarts } from './warm-starts.ts'

const SETTINGS: readonly (readonly [VariantName, number])[] = [
  ['raw', 1],
  ['balanced', 2],
  ['presolved', 1],
  ['xy', 1],
  ['binary', 1],
]

export async function mitigations({ seed, shots }: ExperimentOptions): Promise<ExperimentResult> {
  const instance = lcrpHardware(4)
  const rows: string[][] = []
  const data: Record<string, unknown>[] = []
  const readingRows: string[][] = []
  const readingData: Record<string, unknown>[] = []
  const add = (label: string, run: VariantRun, decodings: readonly Decoding[]): void => {
    const optimum = run.landscape.all[0]!
    for (const { name, validRate, best } of decodings) {
      const pools = best === undefined ? undefined : assignmentOf(run.variant, best.bits)
      const judged = pools === undefined ? undefined : run.landscape.of(pools)
      const hits = judged !== undefined && judged.objective <= optimum.objective + 1e-9 ? best!.rate.value : 0
      rows.push([label, name, share(validRate.value), costText(judged), share(hits)])
      data.push({ label, decoding: name, valid: validRate, best: judged, optimumShare: hits })
    }
  }
  for (const [name, layers] of SETTINGS) {
    const run = await runVariant(instance, name, { layers, shots, seed })
    const noisy = readNoisily(run, { device: 'ibm_fez', shots, rng: createRng(seed) })
    const measured = collectShots(run.variant.problem, noisy.variables)
    add(`${name}, p = ${layers}, fez noise`, run, decodeShots(run.variant.problem, measured))
    if (name !== 'raw' && name !== 'xy') add(`random bits as ${name}`, run, run.qaoa.random.decodings)
    const reading = readingErrors(run, noisy)
    readingRows.push([
      `${name}, p = ${layers}`,
      share(reading.valid.without),
      share(reading.valid.read),
      reading.valid.mitigated === undefined ? '-' : share(reading.valid.mitigated),
      share(reading.optimum.without),
      share(reading.optimum.read),
      reading.optimum.mitigated === undefined ? '-' : share(reading.optimum.mitigated),
    ])
    readingData.push({ setting: name, layers, ...reading })
  }
  const classical = await classicalRows(instance, seed)
  const warm = await warmStarts(instance, { seed, shots })
  return {
    name: 'mitigations',
    title: 'What the proposed mitigations buy (section 8.2; 12 qubits)',
    tables: [
      {
        title: `${shots} shots on ibm_fez noise; repair and local search are classical work, so coin flips get the same`,
        columns: ['<setting', '<decoding', 'valid', 'best shot', 'share at optimum'],
        rows,
      },
      {
        title: `Readout mitigation of ${shots} shots on ibm_fez noise: shares without reading errors (${NO_READING_ERROR_SHOTS} shots), as read, and with the errors taken out`,
        columns: [
          '<setting',
          'valid: no errors',
          'as read',
          'mitigated',
          'optimum: no errors',
          'as read',
          'mitigated',
        ],
        rows: readingRows,
      },
      warm.table,
      classicalTable(classical),
    ],
    notes: [
      'Repair makes every reading valid, coin flips too: a repaired valid rate says nothing about a circuit.',
      'Readout mitigation corrects an estimated share. It makes no shot: what can be decoded from the readings stays the same.',
      ...warm.notes,
      'Zero-noise extrapolation and probabilistic error cancellation correct expectation values, not samples: they cannot raise a valid rate.',
    ],
    figures: [],
    data: { rows: data, readingErrors: readingData, warmStarts: warm.data, classical },
  }
}

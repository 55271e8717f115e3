/** Table 4 and Figure 2: one to three layers on 12 qubits, on the simulator and through the noise of ibm_fez. */

import { lcrpHardware } from '../generators/lcrp-paper.ts'
import { createRng } from '../numeric/rng.ts'
import { classicalRows, classicalTable } from './classical.ts'
import { ratioCurves } from './figures/shots.ts'
import { type ValidPoint, validRateByGates } from './figures/valid-rates.ts'
import { landscapeFigure } from './landscape.ts'
import { PUBLISHED_DEPTH } from './published.ts'
import { costText, type ExperimentOptions, type ExperimentResult, median, share, spread } from './result.ts'
import { type NoisyRun, readNoisily, runVariant, type VariantRun } from './run-variant.ts'
import { VARIANTS } from './variants.ts'

export async function depth({ seed, repeats, shots }: ExperimentOptions): Promise<ExperimentResult> {
  const instance = lcrpHardware(4)
  const rows: string[][] = []
  const points: ValidPoint[] = []
  const curves: { label: string; outcomes: VariantRun['ideal']['outcomes']; shots: number }[] = []
  const data: Record<string, unknown>[] = []
  for (const name of VARIANTS)
    for (const published of PUBLISHED_DEPTH) {
      const { layers } = published
      const runs: VariantRun[] = []
      const noisy: NoisyRun[] = []
      for (let k = 0; k < repeats; k++) {
        const run = await runVariant(instance, name, { layers, shots, seed: seed + k })
        runs.push(run)
        noisy.push(readNoisily(run, { device: 'ibm_fez', shots, rng: createRng(seed + k) }))
      }
      const raw = name === 'raw'
      const [run, read] = [runs[0]!, noisy[0]!]
      const { stats } = read.transpiled
      const valid = noisy.map((one) => one.valid)
      rows.push([
        `${name}, ${run.circuit.numQubits} qubits`,
        String(layers),
        raw ? share(published.simulatorValid) : '',
        spread(runs.map(({ idealValid }) => idealValid)),
        raw ? share(published.hardwareValid) : '',
        spread(valid),
        share(run.randomValid),
        raw ? `${published.cz} / ${published.depth}` : '',
        `${stats.counts.cz ?? 0} / ${stats.depth}`,
        raw ? (published.bestUsd === undefined ? 'none' : `$${published.bestUsd.toFixed(2)}`) : '',
        costText(read.report.best),
        share(read.report.optimumRate.value),
      ])
      points.push({
        setting: name,
        layers,
        cz: stats.counts.cz ?? 0,
        valid: median(valid),
        low: Math.min(...valid),
        high: Math.max(...valid),
      })
      if (raw) points.push({ setting: 'paper', layers, cz: published.cz, valid: published.hardwareValid })
      if (layers === 1)
        curves.push({ label: `${name}, p = 1, fez noise`, outcomes: read.report.outcomes, shots })
      if (raw && layers === 1) curves.push({ label: 'random bits', outcomes: run.random.outcomes, shots })
      data.push({
        setting: name,
        layers,
        published: raw ? published : undefined,
        qubits: run.circuit.numQubits,
        idealValid: runs.map(({ idealValid }) => idealValid),
        noisyValid: valid,
        randomValid: run.randomValid,
        cz: stats.counts.cz ?? 0,
        depth: stats.depth,
        twoQubitDepth: stats.twoQubitDepth,
        best: read.report.best,
        optimumRate: read.report.optimumRate,
        meanRatio: read.report.meanRatio,
      })
    }
  const classical = await classicalRows(instance, seed)
  return {
    name: 'depth',
    title: 'Circuit depth on ibm_fez (Table 4, Figure 2; 12 qubits)',
    tables: [
      {
        title: `valid rate: exact, median and range over ${repeats} training(s); CZ / depth after transpiling; best shot and optimum on the noise model`,
        columns: [
          '<setting',
          'p',
          'paper sim',
          'ours ideal',
          'paper fez',
          'ours fez noise',
          'random',
          'paper CZ/depth',
          'ours CZ/depth',
          'paper best',
          'ours best',
          'optimum',
        ],
        rows,
      },
      classicalTable(classical),
    ],
    notes: [
      'In the raw setting the objective field (10 x lambdaQ = 400) dwarfs the one-hot penalty (50): the angles that lower the mean energy are not those that make valid reads, so its rates scatter around coin flips from one training to the next.',
      'No depolarising noise takes a 0.1 % circuit to 15.4 %: the limit of full noise is coin flips, 1.98 %, and twelve bits of any one bias are valid in (4/9)^4 = 3.9 % at most. The paper’s p = 1 circuit on hardware cannot be the one it simulated.',
    ],
    figures: [
      {
        name: 'depth-valid-rate',
        title: 'Valid rate against two-qubit gates',
        content: { spec: validRateByGates(points, (3 / 8) ** 4) },
      },
      { name: 'depth-ratio', title: 'Approximation ratio of shots', content: { spec: ratioCurves(curves) } },
      await landscapeFigure(instance, { seed, variant: 'raw' }),
      await landscapeFigure(instance, { seed, variant: 'balanced' }),
    ],
    data: { rows: data, classical },
  }
}

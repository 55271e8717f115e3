/** The factory: one read of neal on the explicit BQM against reads of ours on the implicit one. */
import { join } from 'node:path'
import { cqmToBqm } from '../../src/formulation/bridges/cqm-to-bqm.ts'
import { instanceToCqm } from '../../src/formulation/bridges/instance-to-cqm.ts'
import { expand } from '../../src/formulation/implicit-energy.ts'
import { factory } from '../../src/generators/factory.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import { breathe, now } from '../../src/platform/host.ts'
import { createWorkerPool } from '../../src/platform/worker-pool.ts'
import { nealBetaRange } from '../../src/samplers/annealing/beta-range.ts'
import { annealing } from '../../src/samplers/annealing/index.ts'
import { toIsing } from '../../src/samplers/annealing/ising.ts'
import type { Workers } from '../../src/solve/context.ts'
import { sampleImplicit } from '../../src/solve/sample.ts'
import { median, timed } from './measure.ts'
import { writeForNeal } from './models.ts'
import { runNeal } from './neal.ts'

const READS = 20
const SWEEPS = 1
/** neal's read, as in the notebook. */
const NEAL_SWEEPS = 500
const AIM = 500

export async function factoryCase(python: string | undefined, folder: string): Promise<unknown> {
  const instance = factory()
  const formulated = await timed(async () => {
    const bridge = instanceToCqm(instance, { dependencies: 'products' })
    return { bridge, ...cqmToBqm(bridge.cqm, { lagrangeMultiplier: 10 }) }
  })
  const { bridge, bqm, decode } = formulated.result
  const run = (numReads: number, numSweeps: number, seed: number) =>
    timed(() => sampleImplicit(bqm, annealing({ numReads, numSweeps }), { seed, now, breathe }))
  await run(1, 1, 0)
  const one = await run(1, SWEEPS, 1)
  const many = await run(READS, SWEEPS, 2)
  // Preparation, the probe and the check of energies are paid once; a read more costs the difference.
  const perRead = (many.cpu - one.cpu) / (READS - 1)
  const set = many.result
  const verdicts = Array.from(set.energies, (_, row) => {
    const state = set.states.subarray(row * set.numVariables, (row + 1) * set.numVariables)
    return evaluate(instance, bridge.toPlan(decode(state)))
  })
  const objectives = verdicts.filter(({ feasible }) => feasible).map(({ objective }) => objective)
  console.log(`\nthe factory: ${bqm.numVariables} variables, ${bqm.rows.count} rows; multiplier 10`)
  console.log(
    `  ours: formulation ${formulated.cpu.toFixed(2)} CPU s, first read ${one.cpu.toFixed(3)} CPU s, each further read of ${SWEEPS} sweeps ${(1000 * perRead).toFixed(1)} ms`,
  )
  console.log(
    `  ours: ${objectives.length} of ${verdicts.length} reads feasible, objectives ${Math.min(...objectives)} to ${Math.max(...objectives)}, median ${median(objectives)}`,
  )
  const ours = { formulationCpu: formulated.cpu, firstReadCpu: one.cpu, perRead, objectives }
  const pool = createWorkerPool(2)
  const threaded = async (numReads: number, workers?: Workers) => {
    const call = () =>
      timed(() =>
        sampleImplicit(bqm, annealing({ numReads, numSweeps: SWEEPS }), {
          seed: 3,
          now,
          breathe,
          ...(workers ? { workers } : {}),
        }),
      )
    await call()
    const runs = [await call(), await call(), await call()]
    return {
      wall: Math.min(...runs.map((run) => run.wall)),
      busiest: Math.min(...runs.map(({ onCore }) => (workers ? onCore.other : onCore.main))),
    }
  }
  const [oneThread, twoThreads] = [await threaded(2 * READS), await threaded(2 * READS, pool)]
  await pool.close()
  console.log(
    `  ours: ${2 * READS} reads take ${oneThread.wall.toFixed(2)} wall s on one thread, ${twoThreads.wall.toFixed(2)} on two (best of three); the busier thread is ${twoThreads.busiest.toFixed(2)} s on a core instead of ${oneThread.busiest.toFixed(2)}: ${(oneThread.busiest / twoThreads.busiest).toFixed(2)}x`,
  )
  const threads = { reads: 2 * READS, oneThread, twoThreads }
  if (python === undefined) return { ours, threads }
  const explicit = await timed(async () => expand(bqm))
  const betaRange = nealBetaRange(toIsing(explicit.result))
  const file = join(folder, 'factory.bin')
  writeForNeal(file, explicit.result)
  const { numInteractions } = explicit.result
  const readOfNeal = (seed: number) =>
    runNeal(python, { file, sweeps: NEAL_SWEEPS, seeds: [seed], betaRange })
  const [neal] = await readOfNeal(1)
  const state = new Int8Array(bqm.numVariables)
  for (const v of neal!.ones ?? []) state[v] = 1
  const plan = bridge.toPlan(decode(state))
  const verdict = evaluate(instance, plan)
  const ratio = neal!.kernelCpu / perRead
  console.log(
    `  neal: ${numInteractions} couplings expanded in ${explicit.cpu.toFixed(1)} CPU s; one read of ${NEAL_SWEEPS} sweeps ${neal!.kernelCpu.toFixed(1)} CPU s, energy ${neal!.energy.toFixed(2)}, ${verdict.violations.length} promises broken (${plan.surplus?.length ?? 0} double assignments)`,
  )
  console.log(`  per read: ${ratio.toFixed(0)}x (aim ${AIM}x: ${ratio >= AIM ? 'reached' : 'missed'})`)
  const pair = (await Promise.all([readOfNeal(1), readOfNeal(2)])).map(([run]) => run!.kernelWall)
  const twoRatio = Math.max(...pair) / 2 / (twoThreads.wall / (2 * READS))
  console.log(
    `  two threads each: neal ${(Math.max(...pair) / 2).toFixed(1)} wall s a read, ours ${((1000 * twoThreads.wall) / (2 * READS)).toFixed(1)} ms with preparation: ${twoRatio.toFixed(0)}x`,
  )
  const { ones: _, ...nealRun } = neal!
  const nealFacts = { ...nealRun, violations: verdict.violations.length, betaRange, pair }
  return { ours, threads, neal: nealFacts, ratio, twoRatio }
}

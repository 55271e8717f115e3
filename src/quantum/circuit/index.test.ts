import { expect, test } from 'vitest'
import {
  createRng,
  heronDevice,
  noiseModelOf,
  noisyShots,
  parseQasm,
  sampleCircuit,
  transpile,
} from '../../pure.ts'

test('the public face is enough to read a circuit, lay it out and run it with noise', () => {
  const bell = parseQasm(
    'OPENQASM 3.0; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;',
  )
  expect([...sampleCircuit(bell, 100, createRng(1)).keys()].sort()).toEqual([0, 3])
  const device = heronDevice('ibm_kingston')
  const { bits } = noisyShots(transpile(bell, device).circuit, noiseModelOf(device), {
    shots: 2000,
    rng: createRng(1),
  })
  let equal = 0
  for (let s = 0; s < 2000; s++) if (bits[2 * s] === bits[2 * s + 1]) equal += 1
  expect(equal / 2000).toBeGreaterThan(0.94)
  expect(equal / 2000).toBeLessThan(1)
})

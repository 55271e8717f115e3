/** `qaas circuit` and `qaas experiment` as shipped: what they print and write, and how they refuse. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseQasm } from '../../quantum/qasm/parse.ts'

const bin = fileURLToPath(new URL('../../../bin/qaas.js', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qaas-circuit-'))
  await writeFile(
    join(folder, 'bell.qasm'),
    'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\nh q[0];\ncx q[0], q[1];\nc = measure q;\n',
  )
  await writeFile(join(folder, 'bad.qasm'), 'OPENQASM 2.0;\nqreg q[1];\nif (c == 1) x q[0];\n')
  qaas('generate', 'lcrp', '--hardware', '4x3', '--out', 'lcrp.yaml')
})
afterAll(() => rm(folder, { recursive: true }))

function qaas(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 27 })
}

test('a file is counted, drawn and written in the other language', () => {
  expect(qaas('circuit', 'bell.qasm').stdout).toContain(
    'circuit: 2 qubits, 2 gates, 1 on two qubits, depth 3',
  )
  expect(qaas('circuit', 'bell.qasm', '--draw', 'text').stdout).toMatch(/^q0 ─\[H\]─●─\[M c0\]─/)
  expect(qaas('circuit', 'bell.qasm', '--qasm', '2').stdout).toContain('OPENQASM 2.0;')
})

test('an instance becomes a circuit a device runs, on physical qubits', async () => {
  const args = ['circuit', '--qaoa', 'lcrp.yaml', '--mixer', 'xy-chain', '--transpile', 'heron']
  const { status, stdout } = qaas(...args, '--qasm', '3', '--out', 'job.qasm')
  expect(status).toBe(0)
  expect(stdout).toContain('28 cz')
  const circuit = parseQasm(await readFile(join(folder, 'job.qasm'), 'utf8'))
  expect(circuit.numBits).toBe(12)
  const report = JSON.parse(qaas(...args, '--json').stdout)
  expect(report.transpiled.counts.cz).toBe(28)
  expect(qaas(...args, '--draw', 'map').stdout).toContain('<svg')
})

test.each([
  [['circuit', 'bad.qasm'], 'OpenQASM line 3, column 1: "if" is outside the supported subset'],
  [['circuit', 'missing.qasm'], 'missing.qasm: cannot be read'],
  [['circuit'], 'an OpenQASM file or --qaoa INSTANCE is needed'],
  [['circuit', 'bell.qasm', '--fractional'], '--fractional has no meaning without --transpile'],
  [['circuit', 'bell.qasm', '--draw', 'map'], '--draw map needs --transpile'],
  [
    ['circuit', '--qaoa', 'lcrp.yaml', '--gammas', '0.1,x', '--betas', '1,2'],
    '--gammas: "x" is not a finite number',
  ],
  [['circuit', '--qaoa', 'lcrp.yaml', '--gammas', '0.1', '--betas', '1,2'], 'gammas'],
  [['experiment', 'dept'], 'Maybe you meant depth.'],
])('%j ends in exit code 2 and says why', (args, message) => {
  const { status, stderr } = qaas(...args)
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})

test('an experiment writes its results and figures', async () => {
  const { status, stdout } = qaas('experiment', 'lambda', '--quick', '--shots', '200', '--out', 'results')
  expect(status).toBe(0)
  expect(stdout).toContain('PENALTY WEIGHT SENSITIVITY')
  expect(await readdir(join(folder, 'results'))).toEqual(['lambda.json'])
  const { provenance } = JSON.parse(await readFile(join(folder, 'results', 'lambda.json'), 'utf8'))
  expect(provenance).toMatchObject({
    command: 'qaas experiment lambda --quick --shots 200',
    seed: 1,
    repeats: 1,
  })
})

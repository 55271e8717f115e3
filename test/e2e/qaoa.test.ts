/** `qaas qaoa` and planning by QAOA as a user runs them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli, scratchFolder } from './run-cli.ts'

const folder = scratchFolder()

function modelFile(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const CHAIN = modelFile('chain.coo', '# vartype=SPIN\n0 1 -1\n1 2 -1\n2 3 -1\n3 3 0.25\n')
const GROUPS = modelFile(
  'groups.lp',
  'Minimize\n obj: 3 a1 + 1 a2 + 2 b1 + 4 b2\nSubject To\n a: a1 + a2 = 1\n b: b1 + b2 = 1\nBinary\n a1 a2 b1 b2\nEnd\n',
)

describe('qaas qaoa', () => {
  test('shows random bits beside every decoding', async () => {
    const { code, stdout } = await runCli(['qaoa', CHAIN, '-p', '2', '--shots', '500'])
    expect(code).toBe(0)
    expect(stdout).toContain('optimum -3.25')
    expect(stdout).toMatch(/raw\s+QAOA/)
    expect(stdout).toMatch(/\n\s+random bits/)
  })

  test('the JSON has angles, traces and both sides, and repeats under its seed', async () => {
    const run = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await runCli(['qaoa', CHAIN, '--json', '--seed', '4', '--restarts', '2'])).stdout)
    const [first, again] = [await run(), await run()]
    expect({ ...first, elapsedMs: 0 }).toEqual({ ...again, elapsedMs: 0 })
    expect(first).toMatchObject({ qubits: 4, componentStates: [16], optimum: expect.closeTo(-3.25, 9) })
    expect((first.training as { runs: unknown[] }).runs).toHaveLength(2)
  })

  test('exactly-one rows of a CQM become groups, and unconnected ones a product', async () => {
    const { stdout } = await runCli(['qaoa', GROUPS, '--shots', '300'])
    expect(stdout).toContain('2 one-hot groups')
    expect(stdout).toContain('a product of 2 independent parts')
    expect(stdout).toContain('optimum 3,')
  })

  test('150 qubits of 50 tasks are a product at once; a budget over them is said to end that, with what is left', async () => {
    const tasks = Array.from({ length: 50 }, (_, task) => [0, 1, 2].map((model) => `x${task}_${model}`))
    const file = (name: string, budget: string): string =>
      modelFile(
        name,
        `Minimize\n obj: ${tasks.map(([a, b, c], t) => `${1 + (t % 7)} ${a} + ${2 + (t % 5)} ${b} + ${3 + (t % 3)} ${c}`).join(' + ')}\nSubject To\n${tasks.map((task, t) => ` t${t}: ${task.join(' + ')} = 1`).join('\n')}\n${budget}Binary\n ${tasks.flat().join(' ')}\nEnd\n`,
      )
    const free = await runCli(['qaoa', file('free.lp', ''), '--shots', '200', '--restarts', '1'])
    expect(free.stdout).toContain('150 qubits\na product of 50 independent parts')
    const budget = ` b: ${tasks.map(([a]) => a).join(' + ')} <= 20\n`
    const coupled = file('coupled.lp', budget)
    const told = await runCli(['qaoa', coupled])
    expect(told.code).toBe(0)
    expect(told.stdout).toMatch(/No shots: .* coupled sites .*the limit is 4 GiB/)
    expect(told.stdout).toContain('coupled to each other')
    expect(told.stdout).toContain('best mean energy')
    expect((await runCli(['qaoa', coupled, '-p', '2'])).code).toBe(2)
    const recursive = await runCli(['qaoa', coupled, '--recursive', '--json'])
    expect(JSON.parse(recursive.stdout)).toMatchObject({ complete: true })
  })

  test('a warm start near the optimum finds it more often; a bad one is refused before anything runs', async () => {
    const share = async (...more: string[]): Promise<number> => {
      const { stdout } = await runCli(['qaoa', CHAIN, '--json', '--restarts', '2', ...more])
      return (JSON.parse(stdout) as { optimumRate: { value: number } }).optimumRate.value
    }
    expect(await share('--warm-start', 'greedy', '--epsilon', '0.1')).toBeGreaterThan(await share())
    const file = modelFile('start.json', '[1, 1, 1]')
    const short = await runCli(['qaoa', CHAIN, '--warm-start', file])
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('3 values for 4 variables')])
    const absent = await runCli(['qaoa', CHAIN, '--warm-start', join(folder, 'none.json')])
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('cannot be read')])
    const idle = await runCli(['qaoa', CHAIN, '--recursive', '--warm-start', 'greedy'])
    expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining('no meaning with --recursive')])
  })

  test('a model of 500 coupled spins has its closed form at p = 1, and --recursive plans it', async () => {
    const lines = Array.from({ length: 500 }, (_, k) => `${k} ${(k + 1) % 500} -1`)
    const ring = modelFile('ring.coo', `# vartype=SPIN\n${lines.join('\n')}\n`)
    const { code, stdout } = await runCli(['qaoa', ring])
    expect(code).toBe(0)
    expect(stdout).toContain('No shots: 500 coupled qubits')
    expect(stdout).toContain('best mean energy -250')
    const recursive = await runCli(['qaoa', ring, '--recursive'])
    expect(recursive.stdout).toContain('energy -500')
    const deeper = await runCli(['qaoa', ring, '-p', '2'])
    expect(deeper.code).toBe(2)
    expect(deeper.stderr).toContain('the limit is 4 GiB')
  })

  test.each([
    [['-p', '0'], '--layers is "0"'],
    [['--objective', 'cvar:7'], 'alpha (7)'],
    [['--objective', 'best'], '--objective is "best"'],
    [['--mixer', 'xy-ring', '--encoding', 'one-hot'], 'needs the encoding subspace'],
  ])('bad options %j end in exit code 2', async (extra, message) => {
    const { code, stderr } = await runCli(['qaoa', GROUPS, ...extra])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

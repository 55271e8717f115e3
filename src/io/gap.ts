/**
 * The GAP library format (OR-Library, Chu and Beasley, Yagiura): numbers parted by white space: agents m, tasks n,
 * m x n costs by agent, m x n resources by agent, m capacities. To be minimised.
 */
import { createInstanceBuilder } from '../model/builder.ts'
import type { EstimateDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import { fileError, positionAt } from './source-position.ts'

const MAX_PAIRS = 2e7

/**
 * A generalised assignment problem as an instance: costs are dollars, resources are the tokens of each pair, agents
 * are `agent-0 ...`, tasks `task-0 ...`, in the file's order.
 * @throws QaasError `invalid-file` on anything that is not exactly such a list of numbers
 */
export function parseGap(file: string, text: string): Instance {
  const numbers = readNumbers(file, text)
  const m = numbers.next('the number of agents', true)
  const n = numbers.next('the number of tasks', true)
  if (m < 1 || n < 1 || m * n > MAX_PAIRS)
    throw fileError({ file, line: 1 }, `says ${m} agents and ${n} tasks`, {
      code: m * n > MAX_PAIRS ? 'too-large' : 'invalid-file',
      advice: 'Maybe it is not a GAP file: it starts with the numbers of agents and tasks.',
    })
  // Two numbers a pair, each at least a digit and a blank: nothing is reserved for what cannot be there.
  if (m * n * 4 > text.length + 4)
    throw fileError(positionAt(file, text, text.length), `ends too early for ${m} agents and ${n} tasks`, {
      advice: 'Maybe the file was cut short, or it is not a GAP file.',
    })
  const table = (what: string) =>
    Float64Array.from({ length: m * n }, (_, k) =>
      numbers.next(`the ${what} of agent ${Math.floor(k / n)} for task ${k % n}`),
    )
  const cost = table('cost')
  const resource = table('resource')
  const agents = Array.from({ length: m }, (_, agent) => ({
    id: `agent-${agent}`,
    quality: 1,
    capacity: { tokens: numbers.next(`the capacity of agent ${agent}`) },
  }))
  numbers.end()
  const builder = createInstanceBuilder({}, agents, file.replace(/^.*[/\\]/, ''))
  for (let task = 0; task < n; task++) {
    const estimates: Record<string, EstimateDocument> = {}
    for (let agent = 0; agent < m; agent++)
      estimates[`agent-${agent}`] = { costUsd: cost[agent * n + task]!, tokens: resource[agent * n + task]! }
    builder.addTask({ id: `task-${task}`, estimates })
  }
  return builder.build()
}

interface NumberStream {
  next(what: string, whole?: boolean): number
  end(): void
}

function readNumbers(file: string, text: string): NumberStream {
  const word = /\S+/g
  return {
    next(what, whole = false) {
      const match = word.exec(text)
      if (match === null)
        throw fileError(positionAt(file, text, text.length), `ends before ${what}`, {
          advice: 'Maybe the file was cut short, or a number is missing further up.',
        })
      const value = /^[+]?[\d.]+(?:[eE][+-]?\d+)?$/.test(match[0]) ? Number(match[0]) : Number.NaN
      if (Number.isFinite(value) && (!whole || Number.isInteger(value))) return value
      throw fileError(positionAt(file, text, match.index), `${what} is "${match[0]}", it must be a number`, {
        advice: 'Maybe it is not a GAP file, or a number is damaged; negative ones are not allowed.',
        data: { value: match[0] },
      })
    },
    end() {
      const match = word.exec(text)
      if (match === null) return
      throw fileError(
        positionAt(file, text, match.index),
        `has "${match[0].slice(0, 30)}" behind the last capacity`,
        {
          advice: 'Maybe it holds several problems; keep one per file.',
        },
      )
    },
  }
}

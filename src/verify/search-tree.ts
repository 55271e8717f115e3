/**
 * Reads the tree of a branch and bound, trusting nothing. Each inner node divides all plans in two: at most so many of
 * some tasks go to some pools, or more do. Whatever the tree, its leaves together therefore hold every plan.
 */
import type { Instance } from '../model/instance.ts'
import { malformed, whole } from './malformed.ts'

/** A division of plans by how many of `tasks` go to `pools`. */
interface Branching {
  readonly tasks: Int32Array
  /** By pool + 1; the first stands for no agent. */
  readonly isInside: Uint8Array
  readonly atMost: number
}

/** One side of a branching, as an upper limit: of `tasks`, at most `atMost` go to the pools inside. */
export interface Limit extends Branching {
  /** Whole units charged to each of those tasks in each of those pools. */
  readonly price: number
}

export interface Leaf {
  /** Its prices as they stand in the file, to be read like those of the certificate. */
  readonly prices: Readonly<Record<string, unknown>>
  readonly limits: readonly Limit[]
}

interface Step {
  readonly branching: Branching
  readonly above: Step | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** Every leaf, once. @throws QaasError `invalid-plan` when the data are no tree over this instance */
export function* leavesOf(instance: Instance, tree: unknown): Generator<Leaf> {
  const { sets, nodes } = fieldsOf(tree, 'tree')
  if (!Array.isArray(sets) || !Array.isArray(nodes) || nodes.length === 0)
    throw malformed('"tree" must have the lists "sets" and "nodes"')
  const tasksOf = sets.map((set: unknown, k) => readTasks(instance, set, `tree.sets[${k}]`))
  const stack: { readonly at: number; readonly path: Step | undefined }[] = [{ at: 0, path: undefined }]
  const seen = new Uint8Array(nodes.length)
  while (stack.length > 0) {
    const { at, path } = stack.pop()!
    const name = `tree.nodes[${at}]`
    const node = fieldsOf(nodes[at], name)
    if (seen[at] === 1) throw malformed(`${name} has two parents`)
    seen[at] = 1
    if (node.children === undefined) {
      yield leafOf(node, path, name)
      continue
    }
    const branching = readBranching(instance, node, { tasksOf, name })
    const [few, many] = childrenOf(node.children, { at, count: nodes.length, name })
    stack.push({ at: many, path: { branching: otherSide(branching), above: path } })
    stack.push({ at: few, path: { branching, above: path } })
  }
  const lost = seen.indexOf(0)
  if (lost >= 0) throw malformed(`tree.nodes[${lost}] is not part of the tree`)
}

function leafOf(node: Fields, path: Step | undefined, name: string): Leaf {
  const branchings: Branching[] = []
  for (let step = path; step !== undefined; step = step.above) branchings.push(step.branching)
  branchings.reverse()
  const charges = node.charges ?? []
  if (!Array.isArray(charges) || charges.length > branchings.length)
    throw malformed(`"${name}.charges" must have at most one price for each branching above it`)
  const limits = branchings.map((branching, k) => ({
    ...branching,
    price: whole(charges[k] ?? 0, `${name}.charges[${k}]`),
  }))
  return { prices: fieldsOf(node.prices, `${name}.prices`), limits }
}

/** More than `atMost` inside leaves fewer for the outside, as each task is in one pool or has no agent. */
function otherSide({ tasks, isInside, atMost }: Branching): Branching {
  return {
    tasks,
    isInside: isInside.map((inside) => 1 - inside),
    atMost: tasks.length - atMost - 1,
  }
}

function readBranching(
  { fleet }: Instance,
  node: Fields,
  { tasksOf, name }: { tasksOf: readonly Int32Array[]; name: string },
): Branching {
  const tasks = tasksOf[whole(node.tasks, `${name}.tasks`)]
  if (tasks === undefined) throw malformed(`"${name}.tasks" is ${node.tasks}, there is no such set`)
  if (!Array.isArray(node.pools)) throw malformed(`"${name}.pools" must be a list`)
  const isInside = new Uint8Array(fleet.numPools + 1)
  for (const pool of node.pools as unknown[]) {
    if (pool !== -1 && whole(pool, `${name}.pools`) >= fleet.numPools)
      throw malformed(`"${name}.pools": there is no pool ${pool}`)
    isInside[(pool as number) + 1] = 1
  }
  return { tasks, isInside, atMost: whole(node.atMost, `${name}.atMost`) }
}

function childrenOf(
  value: unknown,
  { at, count, name }: { at: number; count: number; name: string },
): [number, number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw malformed(`"${name}.children" must name two nodes, both sides of the branching`)
  return value.map((one: unknown) => {
    const child = whole(one, `${name}.children`)
    if (child <= at || child >= count)
      throw malformed(`"${name}.children" names node ${child}, it must be behind ${at} and below ${count}`)
    return child
  }) as [number, number]
}

/** A task named twice would be counted twice where it can be in one pool only. */
function readTasks({ tasks }: Instance, value: unknown, name: string): Int32Array {
  if (!Array.isArray(value)) throw malformed(`"${name}" must be a list of tasks`)
  const rows = Int32Array.from(value, (task: unknown) => whole(task, name))
  if (new Set(rows).size < rows.length) throw malformed(`"${name}" names a task twice`)
  for (const row of rows) if (row >= tasks.count) throw malformed(`"${name}": there is no task ${row}`)
  return rows
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw malformed(`"${name}" must be an object`)
}

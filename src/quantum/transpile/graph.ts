/** An undirected graph over qubits with an error on every edge: what may touch what, and how badly. */

export interface Edge {
  readonly a: number
  readonly b: number
  /** Chance that a two-qubit gate here goes wrong, in [0, 1]. */
  readonly error: number
}

export interface Graph {
  readonly numNodes: number
  readonly edges: readonly Edge[]
  /** Neighbours of each node, ascending. */
  readonly neighbours: readonly (readonly number[])[]
}

export function createGraph(numNodes: number, edges: readonly Edge[]): Graph {
  const neighbours: number[][] = Array.from({ length: numNodes }, () => [])
  for (const { a, b } of edges) {
    neighbours[a]!.push(b)
    neighbours[b]!.push(a)
  }
  for (const list of neighbours) list.sort((p, q) => p - q)
  return { numNodes, edges, neighbours }
}

/** A chain 0 - 1 - ... - (numNodes - 1) without errors. */
export function lineGraph(numNodes: number): Graph {
  const edges = Array.from({ length: Math.max(0, numNodes - 1) }, (_, k) => ({ a: k, b: k + 1, error: 0 }))
  return createGraph(numNodes, edges)
}

export function areAdjacent(graph: Graph, a: number, b: number): boolean {
  return graph.neighbours[a]!.includes(b)
}

/** Number of edges between any two nodes, `255` where there is no way; row by row. */
export function hopDistances({ numNodes, neighbours }: Graph): Uint8Array {
  const distances = new Uint8Array(numNodes * numNodes).fill(255)
  const queue = new Int32Array(numNodes)
  for (let start = 0; start < numNodes; start++) {
    const row = start * numNodes
    distances[row + start] = 0
    queue[0] = start
    for (let head = 0, tail = 1; head < tail; head++) {
      const node = queue[head]!
      for (const next of neighbours[node]!)
        if (distances[row + next] === 255) {
          distances[row + next] = distances[row + node]! + 1
          queue[tail++] = next
        }
    }
  }
  return distances
}

/** The part of `graph` on `nodes`, renamed 0, 1, ... in that order. */
export function subgraph(graph: Graph, nodes: readonly number[]): Graph {
  const place = new Map(nodes.map((node, k) => [node, k]))
  const edges = graph.edges.flatMap(({ a, b, error }) => {
    const [p, q] = [place.get(a), place.get(b)]
    return p === undefined || q === undefined ? [] : [{ a: p, b: q, error }]
  })
  return createGraph(nodes.length, edges)
}

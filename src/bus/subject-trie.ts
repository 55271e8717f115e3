/** Finds the subscriptions whose pattern matches a subject: exact ones by one look-up, wildcards by a trie. */

interface Node<T> {
  readonly next: Map<string, Node<T>>
  readonly values: Set<T>
  /** Values of a pattern that ends in `>` here. */
  readonly rest: Set<T>
}

const createNode = <T>(): Node<T> => ({ next: new Map(), values: new Set(), rest: new Set() })

export class SubjectTrie<T> {
  readonly #exact = new Map<string, Set<T>>()
  readonly #root: Node<T> = createNode()
  #wildcards = 0

  add(pattern: string, value: T): void {
    if (!/[*>]/.test(pattern)) {
      const values = this.#exact.get(pattern)
      if (values) values.add(value)
      else this.#exact.set(pattern, new Set([value]))
      return
    }
    this.#wildcards += 1
    this.#slot(pattern).add(value)
  }

  remove(pattern: string, value: T): void {
    if (!/[*>]/.test(pattern)) {
      const values = this.#exact.get(pattern)
      values?.delete(value)
      if (values?.size === 0) this.#exact.delete(pattern)
      return
    }
    if (this.#slot(pattern).delete(value)) this.#wildcards -= 1
  }

  /** Every value whose pattern matches; `subject` has no wildcards. */
  match(subject: string): T[] {
    const found = [...(this.#exact.get(subject) ?? [])]
    if (this.#wildcards > 0) collect(this.#root, subject.split('.'), 0, found)
    return found
  }

  #slot(pattern: string): Set<T> {
    let node = this.#root
    for (const token of pattern.split('.')) {
      if (token === '>') return node.rest
      let next = node.next.get(token)
      if (next === undefined) node.next.set(token, (next = createNode()))
      node = next
    }
    return node.values
  }
}

function collect<T>(node: Node<T>, tokens: readonly string[], at: number, found: T[]): void {
  if (at === tokens.length) {
    found.push(...node.values)
    return
  }
  found.push(...node.rest)
  for (const branch of [tokens[at]!, '*']) {
    const next = node.next.get(branch)
    if (next) collect(next, tokens, at + 1, found)
  }
}

import { expect, test } from 'vitest'
import { createRng } from './rng.ts'
import { UnionFind } from './union-find.ts'

test('sets are those that their joins connect, and a join says whether it connected anything', () => {
  for (let seed = 0; seed < 200; seed++) {
    const rng = createRng(seed)
    const count = 1 + rng.nextInt(30)
    const sets = new UnionFind(count)
    // The oracle: a label for each, rewritten at every join.
    const label = Array.from({ length: count }, (_, one) => one)
    for (let step = 0; step < 2 * count; step++) {
      const [a, b] = [rng.nextInt(count), rng.nextInt(count)]
      const [from, to] = [label[a]!, label[b]!]
      expect(sets.join(a, b)).toBe(from !== to)
      for (let one = 0; one < count; one++) if (label[one] === from) label[one] = to
      for (let one = 0; one < count; one++)
        expect(sets.find(one) === sets.find(a), `seed ${seed}`).toBe(label[one] === label[a])
    }
  }
})

test('after a join the set is stood for by the one of the second', () => {
  const sets = new UnionFind(4)
  sets.join(0, 1)
  sets.join(1, 3)
  expect([0, 1, 2, 3].map((one) => sets.find(one))).toEqual([3, 3, 2, 3])
})

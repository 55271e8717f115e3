/** Runs the claims of a conformance suite against one subject, with named, reasoned skips. */
import { describe, test } from 'vitest'

/** Claims of a contract by short name, each a sentence that is the name of its test. */
type Claims = Readonly<Record<string, string>>

export type Skips<C extends Claims> = readonly {
  readonly reason: string
  readonly claims: readonly (keyof C)[]
}[]

/** The claims that apply to a subject. */
export type Checks<C extends Claims> = Partial<Record<keyof C, () => Promise<void>>>

export function testClaims<C extends Claims>(
  title: string,
  claims: C,
  { checks, skip = [] }: { readonly checks: Checks<C>; readonly skip?: Skips<C> | undefined },
): void {
  describe(title, () => {
    for (const claim of Object.keys(checks) as (keyof C & string)[]) {
      const skipped = skip.find((one) => one.claims.includes(claim))
      if (skipped) test.skip(`${claims[claim]} (${skipped.reason})`)
      else test(claims[claim]!, checks[claim]!)
    }
  })
}

/**
 * Reads LP files in the dialect that HiGHS and dimod share: linear and quadratic objective and constraints, bounds,
 * binary and general variables. Semi-continuous variables and special ordered sets are refused.
 */
import { QaasError } from '../../errors.ts'
import { type Cqm, createCqmBuilder, type VariableType } from '../cqm.ts'
import { invalidFile } from './invalid-file.ts'
import {
  type LpConstraint,
  type LpExpression,
  readBounds,
  readConstraints,
  readObjective,
  readTypes,
} from './lp-sections.ts'
import { LP_FORMAT, lpTokens } from './lp-tokens.ts'
import { type LpVariable, LpWords } from './lp-words.ts'

/** A maximisation is negated, as dimod does. @throws QaasError `invalid-file`, `invalid-model`, `unsupported` */
export function readLp(text: string): Cqm {
  const words = new LpWords(lpTokens(text))
  let objective: LpExpression = { linear: [], quadratic: [], offset: 0 }
  const constraints: LpConstraint[] = []
  const seen = new Set<string>()
  for (let section = words.section(); section !== undefined; section = words.section()) {
    const kind = section === 'maximize' ? 'minimize' : section
    if (seen.has(kind)) throw invalidFile(LP_FORMAT, `the section ${section} is there twice`)
    seen.add(kind)
    if (section === 'end') break
    if (section === 'semi' || section === 'sos')
      throw new QaasError('unsupported', `LP files with a section ${section} cannot be read`, {
        advice: 'Maybe write semi-continuous variables and ordered sets with binaries.',
      })
    if (kind === 'minimize') objective = readObjective(words, section === 'maximize' ? -1 : 1)
    else if (section === 'constraints') for (const row of readConstraints(words)) constraints.push(row)
    else if (section === 'bounds') readBounds(words)
    else readTypes(words, section === 'binary' ? 'BINARY' : 'INTEGER')
  }
  return buildCqm(words.variables, objective, constraints)
}

function buildCqm(
  variables: ReadonlyMap<string, LpVariable>,
  objective: LpExpression,
  constraints: readonly LpConstraint[],
): Cqm {
  const builder = createCqmBuilder()
  for (const [label, { type, lower = 0, upper }] of variables) {
    // A binary with bounds of its own is an integer between them.
    const plain = type !== 'BINARY' || (lower === 0 && (upper ?? 1) === 1)
    const top = upper ?? (type === 'BINARY' ? 1 : Infinity)
    const kind = plain ? type : 'INTEGER'
    builder.addVariable({ type: kind, label, ...finiteBounds(kind, lower, top) })
  }
  builder.setObjective(objective)
  const names = new Set(constraints.map(({ name }) => name))
  let unnamed = 0
  for (const { name, lhs, sense, rhs } of constraints) {
    let label = name
    while (label === undefined) {
      const candidate = `c${unnamed++}`
      if (!names.has(candidate)) label = candidate
    }
    builder.addConstraint({ terms: lhs, sense, rhs, label })
  }
  return builder.build()
}

/** Infinite bounds become the largest a variable of the type has in dimod. */
function finiteBounds(type: VariableType, lower: number, upper: number): { lower: number; upper: number } {
  const most = type === 'REAL' ? 1e30 : Number.MAX_SAFE_INTEGER
  return { lower: Math.max(lower, -most), upper: Math.min(upper, most) }
}

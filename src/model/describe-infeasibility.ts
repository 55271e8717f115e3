/** Words for a finding of `explainInfeasible`: a headline, then one line for each detail. */
import { counted } from './counted.ts'
import { dollars } from './dollars.ts'
import type { Infeasibility } from './explain-infeasible.ts'
import type { Instance } from './instance.ts'

/** Names listed in full; of more only the first few. */
const MAX_NAMES = 5

export function describeInfeasibility(instance: Instance, finding: Infeasibility): string[] {
  const { fleet, tasks } = instance
  const taskNames = (rows: readonly number[]): string => listed(rows.map((row) => `"${tasks.ids.get(row)}"`))
  const poolNames = (rows: readonly number[]): string => listed(rows.map((row) => `"${fleet.poolIds[row]}"`))
  switch (finding.kind) {
    case 'no-eligible-agent': {
      const [many, have] = finding.tasks.length === 1 ? ['task', 'has'] : ['tasks', 'have']
      return [
        `${many} ${taskNames(finding.tasks)} ${have} no eligible agent`,
        ...finding.why.map(({ text }) => text),
      ]
    }
    case 'too-few-slots':
    case 'too-few-tokens': {
      const unit = finding.kind === 'too-few-slots' ? 'slots' : 'tokens'
      const why = finding.becauseOfDependencies ? ', given what they depend on' : ''
      return [
        `${counted(finding.tasks.length, 'task')} ${finding.tasks.length === 1 ? 'needs' : 'need'} ${round(finding.needed)} ${unit}, the only pools that may do them have ${round(finding.available)}${why}`,
        `tasks: ${taskNames(finding.tasks)}`,
        `pools: ${poolNames(finding.pools)}`,
      ]
    }
    case 'budget':
      return [
        `every plan spends at least ${dollars(finding.leastUsd)}, the budget is ${dollars(finding.limitUsd)}`,
      ]
    case 'pool-budget':
      return [
        `pool "${fleet.poolIds[finding.pool]}" must spend at least ${dollars(finding.leastUsd)}, its budget is ${dollars(finding.limitUsd)}`,
        `tasks that no other pool may do: ${taskNames(finding.tasks)}`,
      ]
    case 'dependency-chain': {
      const [last] = finding.chain.slice(-1)
      return [
        `task "${tasks.ids.get(last!)}" needs an agent of quality at least ${finding.neededQuality} because of what it depends on, its best has ${finding.bestQuality}`,
        `chain: ${finding.chain.map((row) => `"${tasks.ids.get(row)}"`).join(' -> ')}`,
      ]
    }
  }
}

function listed(names: readonly string[]): string {
  if (names.length <= MAX_NAMES) return names.join(', ')
  return `${names.slice(0, MAX_NAMES - 1).join(', ')} and ${names.length - MAX_NAMES + 1} more`
}

const round = (value: number): string => String(Math.round(value * 100) / 100)

/** A run's status for machines: as it is stored, and the same money in dollars beside it. */
import { toUsd } from '../../orchestrator/money.ts'
import type { RunStatus } from './status.ts'

export function statusJson({ progress, settings }: RunStatus): Readonly<Record<string, unknown>> {
  const { spentNano, reservedNano, disputedNano, budgetNano } = progress
  return {
    ...progress,
    spentUsd: toUsd(spentNano),
    heldUsd: toUsd(reservedNano),
    disputedUsd: toUsd(disputedNano),
    budgetUsd: budgetNano === null ? null : toUsd(budgetNano),
    simulated: settings.simulate !== undefined,
  }
}

/** A run in words: the live line, the status, the shift report of planned against actual. */
import { counted } from '../../model/counted.ts'
import { toUsd } from '../../orchestrator/money.ts'
import { type Progress, spendable } from '../../orchestrator/progress.ts'
import type { RunSettings } from '../../orchestrator/run-files.ts'
import { count, duration, percent, usd } from '../format.ts'
import { renderMarkdownTable, renderTable } from '../table.ts'
import { etaMs, type LiveFacts, troubleText } from './live-view.ts'
import type { RunReport } from './run-report.ts'

/** One line while it runs, for pipes and logs: tasks by state, money, time. */
export function liveText({ progress, settings, elapsedMs, perSecond, leftMs }: LiveFacts): string {
  const { tasks, spentNano, reservedNano } = progress
  const limit = spendable(progress)
  const eta = leftMs ?? etaMs(progress, perSecond)
  const trouble = troubleText(progress)
  const states = (['running', 'ready', 'waiting', 'checking', 'failed', 'skipped'] as const)
    .filter((state) => tasks[state] > 0)
    .map((state) => `${count(tasks[state])} ${state}`)
  return [
    `${count(tasks.done)}/${count(tasks.total)} done`,
    ...states,
    `spent ${usd(toUsd(spentNano))} of ${limit.nano === null ? `${usd(settings.plannedUsd)} planned` : `${usd(toUsd(limit.nano))}${limit.isShared ? ' (all that the budget of all runs leaves)' : ''}`}`,
    ...(reservedNano > 0 ? [`held ${usd(toUsd(reservedNano))}`] : []),
    duration(elapsedMs),
    ...(eta === undefined ? [] : [`about ${duration(eta)} left`]),
    ...(trouble === undefined ? [] : [`newest failure: ${trouble}`]),
  ].join('  ')
}

/** The bars of the pools, for a terminal: load done against what is still with them. */
export function statusText(progress: Progress, settings: RunSettings, holder: string | undefined): string {
  const { tasks, counters } = progress
  const isStopped = progress.outcome === 'open' && holder === undefined
  // Once all is done, what failed on the way is no news.
  const trouble = tasks.done === tasks.total ? undefined : troubleText(progress)
  const lines = [
    `run ${settings.runId} of ${settings.name}${settings.simulate ? ' (simulated)' : ''}: ${stateText(progress, holder)}`,
    '',
    ...(['done', 'running', 'checking', 'ready', 'waiting', 'failed', 'skipped', 'cancelled'] as const)
      .filter((state) => tasks[state] > 0)
      .map(
        (state) =>
          `  ${state.padEnd(10)} ${count(tasks[state])}${state === 'running' && isStopped ? ' when it stopped: their attempts are held until it is resumed' : ''}`,
      ),
    '',
    `  spent      ${usd(toUsd(progress.spentNano))}, held ${usd(toUsd(progress.reservedNano))}${isStopped && progress.reservedNano > 0 ? ' until resumed' : ''}, planned ${usd(settings.plannedUsd)}, budget ${progress.budgetNano === null ? 'none' : usd(toUsd(progress.budgetNano))}`,
    `  attempts   ${count(counters.attempts)}, failed ${count(counters.failures)}, given back ${count(counters.returned)}, rejected ${count(counters.rejections)}, re-plans ${count(counters.replans)}`,
    ...(trouble === undefined ? [] : [`  failure    ${trouble}`]),
    ...progress.notDone.map(
      ({ task, cause, error }) => `  not done   ${task}: ${cause}${error === undefined ? '' : `: ${error}`}`,
    ),
  ]
  const pools = progress.pools.map(({ id, running, load, agentsUp, agents }) => [
    id,
    `${agentsUp}/${agents}`,
    count(running),
    count(load),
  ])
  const columns = [
    { title: 'pool' },
    { title: 'up', align: 'right' },
    { title: 'running', align: 'right' },
    { title: 'tasks', align: 'right' },
  ] as const
  return [...lines, '', renderTable(columns, pools)].join('\n')
}

function reopenText(tasks: number): string {
  return tasks === 0 ? '' : `; "qaas resume" tries ${counted(tasks, 'task')} again`
}

function stateText({ outcome, tasks, reopenable }: Progress, holder: string | undefined): string {
  if (outcome === 'cancelled') return 'cancelled'
  if (outcome === 'finished')
    return tasks.done === tasks.total
      ? 'finished, all done'
      : `finished, not all done${reopenText(reopenable)}`
  return holder === undefined ? 'stopped; "qaas resume" goes on' : `running (${holder})`
}

function spendingText({ planned, actual, outcome }: RunReport): string {
  const difference = actual.spentUsd - planned.moneyUsd
  if (Math.abs(difference) < 5e-10) return 'spent exactly what was planned'
  const share = (usdAmount: number): string => percent(usdAmount / Math.max(planned.moneyUsd, 1e-9))
  if (outcome === 'open') return `spent so far: ${share(actual.spentUsd)} of what was planned`
  return `spent ${usd(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'} than planned (${share(difference)})`
}

/** Planned against actual, at the end. */
export function reportText(report: RunReport, markdown: boolean): string {
  const table = markdown ? renderMarkdownTable : renderTable
  const { planned, actual } = report
  const head = [
    `run ${report.runId} of ${report.name}${report.simulated ? ' (simulated)' : ''}: ${report.verdict}`,
    '',
    table(
      [{ title: '' }, { title: 'planned', align: 'right' }, { title: 'actual', align: 'right' }],
      [
        ['tasks done', count(planned.tasks), count(actual.done)],
        ['money', usd(planned.moneyUsd), usd(actual.spentUsd)],
        ['moved to another agent', '0', count(actual.moved)],
        ['attempts', count(planned.tasks), count(actual.attempts)],
      ],
    ),
    '',
    spendingText(report),
    ...(actual.retriedUsd > 0 ? [`of it on attempts without a result: ${usd(actual.retriedUsd)}`] : []),
    ...(actual.disputedUsd > 0
      ? [`billed beyond the agreed worst case, not accepted: ${usd(actual.disputedUsd)}`]
      : []),
    ...report.alike,
    ...report.advice,
    ...(actual.makespanMs > 0
      ? [`work took ${duration(actual.makespanMs)} from first start to last end`]
      : []),
    '',
  ]
  const pools = table(
    [
      { title: 'pool' },
      { title: 'planned', align: 'right' },
      { title: 'done', align: 'right' },
      { title: 'attempts', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'spent', align: 'right' },
      { title: 'busy', align: 'right' },
    ],
    report.pools.map((pool) => [
      pool.id,
      count(pool.planned),
      count(pool.done),
      count(pool.attempts),
      count(pool.failed),
      usd(pool.spentUsd),
      percent(pool.busyShare),
    ]),
  )
  // What a stopped run has still to do is no news.
  const listed = report.outcome === 'open' ? [] : report.unfinished
  const open = listed.map(
    ({ id, cause, error }) => `  ${id}: ${cause}${error === undefined ? '' : `: ${error}`}`,
  )
  const more = listed.length === 0 ? 0 : report.unfinishedTotal - listed.length
  return [
    ...head,
    pools,
    ...(open.length > 0 ? ['', `not done: ${count(report.unfinishedTotal)}`, ...open] : []),
    ...(more > 0 ? [`  ... and ${count(more)} more (--json has all)`] : []),
  ].join('\n')
}

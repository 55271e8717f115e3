/** The clock of one process that can be stopped and continued as by SIGSTOP and SIGCONT. */
import type { Clock } from '../../src/clock/clock.ts'

export interface FreezableClock extends Clock {
  freeze(frozen: boolean): void
}

export function createFreezableClock(clock: Clock): FreezableClock {
  let held: (() => void)[] | undefined
  const guard = (action: () => void) => (): void => {
    if (held) held.push(action)
    else action()
  }
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    after: (delayMs, action) => clock.after(delayMs, guard(action)),
    defer: (action) => clock.defer(guard(action)),
    freeze(frozen) {
      if (frozen) {
        held ??= []
        return
      }
      const actions = held ?? []
      held = undefined
      for (const action of actions) action()
    },
  }
}

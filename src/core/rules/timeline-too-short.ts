import type { Seconds } from '../base/units.ts'
import { digits } from '../result/format.ts'
import type { Rule } from './define.ts'

const WEEK: Seconds = 7 * 86_400
/** Weeks of one engineer until a deployable, or a technology with data, stands in production. */
const DEPLOYABLE = 4
const STATEFUL = 3

/** The parts cannot be ready in time. */
export const timelineTooShort: Rule = {
  code: 'timeline-too-short',
  step: 8,
  severity: 'note',
  meaning:
    'A rule of thumb: four weeks of one engineer until a deployable is in production with tests, delivery and alerts, and three for a technology that keeps data. The numbers are ours, and only a hint; what is rented takes less.',
  remedy: 'Fewer parts at first, rented ones, more people early, or a later date.',
  check: ({ design, model }) => {
    const { team, timeline } = design.requirements.constraints
    if (timeline === null || team === null) return []
    const own = [...design.components.values()]
    const deployables = own.filter(({ kind }) => DEPLOYED.has(kind)).length
    const keeping = new Set(model.groups.filter(({ keeps }) => keeps !== undefined).map(({ component }) => component))
    const stateful = new Set(own.filter(({ id }) => keeping.has(id)).map(({ technology }) => technology)).size
    const needed = deployables * DEPLOYABLE + stateful * STATEFUL
    const there = (timeline.value / WEEK) * team.value
    if (needed <= there) return []
    const parts = `${digits(deployables)} deployables and ${digits(stateful)} technologies that keep data`
    return [
      {
        at: timeline.span,
        message: `${parts} take about ${digits(needed)} weeks of one engineer; ${team.text} have ${digits(there)} in ${timeline.text}`,
      },
    ]
  },
}

const DEPLOYED: ReadonlySet<string> = new Set(['service', 'worker', 'function', 'scheduler', 'realtime-gateway'])

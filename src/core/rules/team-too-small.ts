import type { Component } from '../design/design.ts'
import { digits } from '../result/format.ts'
import type { Rule, Subject } from './define.ts'
import { names } from './wording.ts'

/** Deployables that one engineer builds and runs beside others, and technologies with data that one learns to run. */
const DEPLOYABLES_EACH = 2
const STATEFUL_EACH = 1

/** More is to be built and run than people can. */
export const teamTooSmall: Rule = {
  code: 'team-too-small',
  step: 8,
  severity: 'note',
  meaning:
    'A rule of thumb: one engineer looks after two deployables and one technology that keeps data, so that nights and holidays are covered. (Newman 2021, Building Microservices, on team size; Skelton and Pais 2019 on cognitive load. The numbers are ours, and only a hint.)',
  remedy:
    'Fewer deployables (a monolith, or services that belong together), fewer technologies, rented ones, or more people.',
  check: ({ design, model }) => {
    const { team } = design.requirements.constraints
    if (team === null) return []
    const own = [...design.components.values()]
    const deployables = own.filter(({ kind }) => DEPLOYED.has(kind))
    const stateful = new Set(
      own.filter((component) => isStateful(component, model)).map(({ technology }) => technology),
    )
    const found = [
      ...(deployables.length > DEPLOYABLES_EACH * team.value
        ? [`${digits(deployables.length)} deployables (${names(deployables.map(({ id }) => id))})`]
        : []),
      ...(stateful.size > STATEFUL_EACH * team.value
        ? [`${digits(stateful.size)} technologies that keep data (${names([...stateful])})`]
        : []),
    ]
    if (found.length === 0) return []
    const most = `${DEPLOYABLES_EACH} deployables and ${STATEFUL_EACH} such technology each`
    return [{ at: team.span, message: `${team.text} have ${found.join(' and ')} to look after: more than ${most}` }]
  },
}

const DEPLOYED: ReadonlySet<string> = new Set(['service', 'worker', 'function', 'scheduler', 'realtime-gateway'])

const isStateful = ({ id }: Component, model: Subject['model']): boolean =>
  model.groups.some(({ component, keeps }) => component === id && keeps !== undefined)

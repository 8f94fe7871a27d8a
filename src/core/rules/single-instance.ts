import type { Component } from '../design/design.ts'
import type { Model, Objective } from '../model/model.ts'
import type { GroupIndex } from '../model/resource.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { callSites } from './walk.ts'
import { grouped } from './wording.ts'

/** One instance that a flow cannot do without, though it must hardly ever fail. */
export const singleInstance: Rule = {
  code: 'single-instance',
  step: 6,
  severity: 'warning',
  meaning:
    'A flow that has to succeed more than 99.9 % of the time waits for a component of which there is one instance: while that is down, all of it fails. 0.1 % of a month is 43 minutes.',
  remedy: 'A second instance or a replica, or a way to do without (`on-fail`, `optional`, `try`).',
  check: (subject) => {
    const strict = strictFlows(subject.model)
    const needed = callSites(subject).filter(({ flow, isShielded }) => !isShielded && strict.has(flow.id))
    return [...grouped(needed, ({ call }) => String(call.to)).values()].flatMap(([site]) => {
      const objective = strict.get(site?.flow.id ?? '')
      return site === undefined || objective === undefined
        ? []
        : alone(subject, { group: site.call.to, flow: site.flow.id, objective })
    })
  },
}

const oftenEnough = 0.999

function strictFlows({ flows, objectives }: Model): ReadonlyMap<string, Objective> {
  const strict = objectives.filter(
    ({ indicator, relation, target }) => indicator === 'success' && relation.startsWith('>') && target > oftenEnough,
  )
  return new Map(
    strict.flatMap((objective) =>
      flows
        .filter(({ id }) => objective.subject.kind === 'system' || objective.subject.id === id)
        .map(({ id }) => [id, objective] as const),
    ),
  )
}

interface Need {
  readonly group: GroupIndex
  readonly flow: string
  readonly objective: Objective
}

function alone({ design, model }: Subject, { group: index, flow, objective }: Need): readonly Breach[] {
  const group = model.groups[index]
  const component = group && design.components.get(group.component)
  if (group === undefined || component === undefined || !isCountable(component)) return []
  const scaler = model.scalers.find((one) => one.group === index)
  const copies = Math.min(group.perShard, scaler?.min ?? group.perShard)
  if (copies > 1) return []
  return [
    {
      at: component.span,
      message: `${whatIsAlone(component, group.shards)}, and flow \`${flow}\` cannot do without it: ${objective.text}`,
      hint: 'add an instance or a replica, or let the flow do without (`on-fail`, `optional`)',
    },
  ]
}

const whatIsAlone = ({ id }: Component, shards: number): string =>
  shards > 1 ? `each of the ${digits(shards)} shards of \`${id}\` has one copy` : `\`${id}\` has one instance`

/** What is rented as a whole (an external service, a managed queue) has no instances to add. */
const isCountable = ({ settings }: Component): boolean => countKeys.some((key) => key in settings)

const countKeys = ['instances', 'replicas', 'brokers', 'copies']

import { type Expression, number, product, sum, term } from './expression.ts'
import type { Rate } from './load.ts'
import { put, type Sheet } from './sheet.ts'
import { actorSetting, setting, type Subject } from './subject.ts'

/** How long each flow takes when nobody waits. */
export function timeLines({ model, offered }: Subject, sheet: Sheet): ReadonlyMap<string, Expression> {
  const times = new Map<string, Expression>()
  for (const [index, flow] of model.flows.entries()) {
    const answer = offered.flows[index]
    if (answer === undefined || answer.time === null || flow.isConsumer || flow.isHostile) continue
    // A flow may come to one point several times.
    const named = new Map<string, number>()
    for (const { point, time } of answer.parts) {
      const name = model.points[point]?.name ?? 'wait'
      named.set(name, (named.get(name) ?? 0) + time)
    }
    const parts = [...named].map(([name, value]) =>
      term({
        name,
        value,
        unit: 'seconds',
        from: { kind: 'solved', how: 'mean time of its steps there, without any waiting' },
      }),
    )
    const heading = { id: `time.${flow.id}`, section: 'time' as const, subject: flow.id }
    times.set(flow.id, put(sheet, { ...heading, name: 'time without waiting', unit: 'seconds' }, summed(parts)))
  }
  return times
}

const summed = (parts: readonly Expression[]): Expression => (parts.length === 0 ? number(0, 'nothing') : sum(...parts))

/** How many requests are under way, who keeps a connection, and how many pools open. */
export function connectionLines(
  subject: Subject,
  sheet: Sheet,
  { starts, times }: { readonly starts: ReadonlyMap<string, Rate>; readonly times: ReadonlyMap<string, Expression> },
): void {
  for (const [flow, time] of times) {
    const rate = starts.get(flow)
    if (rate === undefined) continue
    const name = 'requests under way at the peak'
    const heading = { id: `connections.${flow}`, section: 'connections' as const, subject: flow, name }
    put(sheet, { ...heading, unit: 'count' }, product(rate.peak, time))
  }
  for (const actor of subject.design.actors.values()) {
    const { demand, id } = actor
    if (demand.kind !== 'closed' || actor.isHostile) continue
    const heading = { id: `connections.${id}`, section: 'connections' as const, subject: id }
    const people = { name: 'population', value: demand.population, unit: 'count' as const }
    const each = actorSetting(subject, actor, 'population', people)
    put(sheet, { ...heading, name: 'clients that are connected', unit: 'count' }, each)
  }
  poolLines(subject, sheet)
}

/** Every instance of a caller keeps a pool of its own. */
function poolLines(subject: Subject, sheet: Sheet): void {
  const { model } = subject
  for (const { pool, to } of model.connections) {
    const resource = model.resources[pool]
    const group = resource === undefined ? undefined : model.groups[resource.group]
    if (
      resource?.kind !== 'pool' ||
      !Number.isFinite(resource.slots) ||
      group === undefined ||
      !subject.design.components.has(group.component)
    )
      continue
    const { component: from } = group
    const count = group.shards * group.perShardMax
    const instances = setting(subject, from, { name: `instances of ${from}`, value: count, path: 'instances' }, 'count')
    const most = setting(subject, to, { name: 'pool of each', value: resource.slots, path: 'pool.max' }, 'count')
    const heading = { id: `connections.${from}.to.${to}`, section: 'connections' as const, subject: `${from} → ${to}` }
    put(sheet, { ...heading, name: 'connections that pools may open', unit: 'count' }, product(instances, most))
  }
}

import { type Expression, number, product, sum, term } from './expression.ts'
import type { Rate } from './load.ts'
import type { Asked } from './requests.ts'
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

interface Under {
  readonly starts: ReadonlyMap<string, Rate>
  readonly asked: readonly Asked[]
  readonly times: ReadonlyMap<string, Expression>
}

/** How many requests are under way, who keeps a connection, and how many pools open. */
export function connectionLines(
  subject: Subject,
  sheet: Sheet,
  { starts, times, asked }: Under,
): ReadonlyMap<string, Expression> {
  for (const [flow, time] of times) {
    const rate = starts.get(flow)
    if (rate === undefined) continue
    const name = 'requests under way at the peak'
    const heading = { id: `connections.${flow}`, section: 'connections' as const, subject: flow, name }
    put(sheet, { ...heading, unit: 'count' }, product(rate.peak, time))
  }
  const people = new Map<string, Expression>()
  for (const actor of subject.design.actors.values()) {
    const { demand, id } = actor
    if (demand.kind !== 'closed' || actor.isHostile) continue
    const heading = { id: `connections.of.${id}`, section: 'connections' as const, subject: id }
    const said = { name: 'population', value: demand.population, unit: 'count' as const }
    const each = actorSetting(subject, actor, 'population', said)
    people.set(id, put(sheet, { ...heading, name: 'clients', unit: 'count' }, each))
  }
  poolLines(subject, sheet)
  return gatewayLines(subject, sheet, { people, asked })
}

/** Clients that go round and round stay connected to the gateways that they call: memory of those, by component. */
function gatewayLines(
  subject: Subject,
  sheet: Sheet,
  { people, asked }: { readonly people: ReadonlyMap<string, Expression>; readonly asked: readonly Asked[] },
): ReadonlyMap<string, Expression> {
  const memory = new Map<string, Expression>()
  for (const [component, [holding]] of subject.holdings) {
    if (holding?.things !== 'connections') continue
    const callers = new Set(
      asked.filter(({ to, isFromActor }) => isFromActor && to === component).map(({ from }) => from),
    )
    const own = [...callers].flatMap((id) => people.get(id) ?? [])
    if (own.length === 0) {
      const write = 'population: 100 k'
      const where = 'and `think`, of an actor that calls it'
      const missing = 'how many clients stay connected'
      const at = subject.design.components.get(component)?.span ?? null
      sheet.gaps.push({ section: 'connections', subject: component, missing, write, where, at })
      continue
    }
    const about = { subject: component, section: 'connections' as const }
    const open = {
      ...about,
      id: `connections.${component}`,
      name: 'clients that stay connected',
      unit: 'count' as const,
    }
    const count = put(sheet, open, sum(...own))
    const bytes = product(count, setting(subject, component, holding.each, 'bytes'))
    const heading = { ...about, id: `memory.${component}.all`, section: 'memory' as const, unit: 'bytes' as const }
    memory.set(component, put(sheet, { ...heading, name: 'bytes of all connections' }, bytes))
  }
  return memory
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

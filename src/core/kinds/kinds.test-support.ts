import { createCollector } from '../base/diagnostic.ts'
import { noSpan } from '../base/span.ts'
import { mergeNodes } from '../design/merge-nodes.ts'
import { presetTree } from '../design/presets.ts'
import { fixed } from '../model/distribution.ts'
import type { KeyDomain, Scaler } from '../model/model.ts'
import type { Group, Resource } from '../model/resource.ts'
import type { Serve, Step } from '../model/step.ts'
import { createMap } from '../text/document.ts'
import { parse } from '../text/parse.ts'
import { readSettings } from '../text/param.ts'
import type { Access, Ask, Behaviour, Kind, PublishAsk, RowAsk, SettingsProblem, Workbench, Writer } from './define.ts'
import { kinds } from './index.ts'

export interface Made {
  readonly kind: Kind
  readonly settings: Readonly<Record<string, unknown>>
  readonly behaviour: Behaviour
  readonly groups: readonly Omit<Group, 'component'>[]
  readonly resources: readonly Resource[]
  readonly domains: readonly KeyDomain[]
  readonly scalers: readonly Scaler[]
  readonly costs: readonly { readonly label: string; readonly dollars: number; readonly isPerInstance: boolean }[]
  readonly notes: readonly string[]
  readonly problems: readonly SettingsProblem[]
  readonly write: Writer
}

export interface MakeOptions {
  readonly isNetworkIdeal?: boolean
  readonly places?: readonly number[]
}

export function kindOf(id: string): Kind {
  const kind = kinds.find((one) => one.id === id || one.aliases.includes(id))
  if (kind === undefined) throw new Error(`there is no kind ${id}`)
  return kind
}

/** Settings as the validator reads them: presets of a technology under what is written. */
export function settingsOf(kind: Kind, text: string): Readonly<Record<string, unknown>> {
  const written = parse(text, { file: 'test.yaml' }).document?.root ?? createMap([], noSpan)
  const tree = mergeNodes(presetTree(kind), written)
  const out = createCollector()
  if (tree.kind !== 'map') throw new Error('settings are a map')
  const scope = { get: () => undefined, names: () => [] }
  const read = readSettings(tree, kind.params, `a ${kind.id}`, { out, scope })
  if (read === undefined) throw new Error(`${kind.id}: ${out.list.map(({ message }) => message).join('; ')}`)
  return read.values
}

/** A component of a kind on a bench of its own. @param text  its settings, in YAML */
export function make(id: string, text: string, { isNetworkIdeal = false, places = [] }: MakeOptions = {}): Made {
  const kind = kindOf(id)
  const settings = settingsOf(kind, text)
  const groups: Omit<Group, 'component'>[] = []
  const resources: Resource[] = []
  const domains: KeyDomain[] = []
  const scalers: Scaler[] = []
  const costs: Made['costs'][number][] = []
  const notes: string[] = []
  const bench: Workbench = {
    component: 'it',
    span: noSpan,
    isNetworkIdeal,
    places,
    addGroup: (group) => groups.push(group) - 1,
    addResource: (resource) => resources.push(resource) - 1,
    addScaler: (scaler) => void scalers.push(scaler),
    addCard: (group, bandwidth) => void notes.push(`card of ${group}: ${bandwidth}`),
    keyDomain: (keys, exponent) => {
      const found = domains.findIndex((one) => one.keys === keys && one.exponent === exponent)
      return found >= 0 ? found : domains.push({ keys, exponent }) - 1
    },
    addCost: (label, dollars, { isPerInstance }) => void costs.push({ label, dollars, isPerInstance }),
    addCharge: (charge) => {
      const { label, by, dollars } = charge()
      costs.push({ label: `${label} by ${by}`, dollars, isPerInstance: false })
    },
    mind: (note) => void notes.push(note),
  }
  const problems = kind.check(settings)
  const behaviour = kind.build(settings, bench)
  const write = createTestWriter()
  return { kind, settings, behaviour, groups, resources, domains, scalers, costs, notes, problems, write }
}

/** Points are all 0: what is looked at is the steps. */
function createTestWriter(isHostile = false): Writer {
  const policy = {
    timeout: null,
    deadline: null,
    retry: null,
    hedge: null,
    breaker: null,
    bulkhead: null,
    connection: null,
    afterTimeout: 'keep-going',
  } as const
  const points = { networkPoint: 0, retryPoint: 0, connectionPoint: 0 }
  return {
    flow: 'test',
    priority: 1,
    isHostile,
    clients: 100,
    serve: (station, work, per = { each: 0, times: 'items' }) => ({
      kind: 'serve',
      station,
      work,
      ...per,
      priority: 1,
      point: 0,
    }),
    hold: (pool, steps, start) => ({ kind: 'hold', pool, steps, ...(start && { start }), priority: 1, point: 0 }),
    delay: (_name, time) => ({ kind: 'delay', time, point: 0 }),
    parallel: (_name, branches, need) => ({
      kind: 'parallel',
      branches: branches.map((steps) => ({ steps, giveUp: null })),
      need,
      point: 0,
    }),
    choose: (branches) => ({ kind: 'choose', branches }),
    callPeer: ({ group, pick, steps, send, receive }) => ({
      kind: 'call',
      to: group,
      pick,
      policy,
      send,
      receive,
      steps,
      onFail: 'error',
      overhead: 0,
      ...points,
    }),
    point: () => 0,
  }
}

/** As for a flow of an attacker. */
export const hostileAskOf = (made: Made): Ask => askOf(made, { write: createTestWriter(true) })

export const askOf = (made: Made, changes: Partial<Ask> = {}): Ask => ({
  write: made.write,
  part: null,
  count: { fixed: 1, times: null },
  size: null,
  keyDomain: null,
  ...changes,
})

export const rowAsk = (made: Made, changes: Partial<RowAsk> = {}): RowAsk => ({
  ...askOf(made),
  path: null,
  rows: null,
  consistency: 'default',
  isInTransaction: false,
  ...changes,
})

export const publishAsk = (made: Made, changes: Partial<PublishAsk> = {}): PublishAsk => ({
  ...askOf(made),
  messages: fixed(1),
  shipEvery: 0,
  key: null,
  ...changes,
})

/** All steps, nested ones too, in order. */
export function allSteps(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step): readonly Step[] => {
    switch (step.kind) {
      case 'hold':
      case 'call':
      case 'repeat':
        return [step, ...allSteps(step.steps)]
      case 'choose':
      case 'parallel':
        return [step, ...step.branches.flatMap((branch) => allSteps(branch.steps))]
      case 'attempt':
        return [step, ...allSteps(step.steps), ...allSteps(step.otherwise)]
      default:
        return [step]
    }
  })
}

/** Work at stations of this label, in order. */
export const servedAt = (made: Made, { steps }: Pick<Access, 'steps'>, label: string): readonly Serve[] =>
  allSteps(steps).flatMap((step) => {
    const station = step.kind === 'serve' ? made.resources[step.station] : undefined
    return step.kind === 'serve' && station?.kind === 'station' && station.label === label ? [step] : []
  })

/** Everything that a component can be asked, as text: two that differ in nothing are the same to a simulation. */
export function fingerprint(made: Made): string {
  const { behaviour, write, kind } = made
  const work = behaviour.work?.(fixed(0.001), { each: 0, times: 'items' }, write)
  const inner = work ?? []
  const parts = [...(kind.partsOf(made.settings) ?? new Map()).entries()]
  const names = parts.length === 0 ? [null] : parts.map(([name]) => name)
  const isConsumed = kind.verbs.includes('consume')
  const said = names.map((part: string | null) => {
    const logs = isConsumed ? behaviour.consume?.(part ?? '', write) : null
    const counts: readonly Ask['count'][] = [
      { fixed: 1, times: null },
      { fixed: 3, times: 'missed' },
    ]
    return counts.map((count) => {
      const ask = askOf(made, { part, count })
      const paths: readonly (string | null)[] = [null, ...(parts.find(([name]) => name === part)?.[1].paths ?? [])]
      const kinds = ['default', 'strong', 'eventual', { staleBy: 0.05 }] as const
      const rows = paths.flatMap((path) =>
        kinds.map((consistency) => behaviour.read?.(rowAsk(made, { part, count, path, consistency }))),
      )
      return [
        logs,
        behaviour.call?.(inner, ask),
        behaviour.call?.(inner, { ...ask, write: createTestWriter(true) }),
        behaviour.get?.(ask),
        behaviour.put?.(ask),
        rows,
        behaviour.write?.(rowAsk(made, { part, count })),
        behaviour.write?.(rowAsk(made, { part, count, rows: fixed(10) })),
        behaviour.commit?.(ask, 2),
        behaviour.publish?.(publishAsk(made, { part, count })),
        behaviour.push?.(ask),
        behaviour.hold?.(askOf(made, { part: part ?? 'a' })),
      ]
    })
  })
  const { connections, connectionsMost, forwards, reconnects, primary, drains, heartbeat } = behaviour
  const upkeep = kind.upkeepOf(made.settings)
  const facts = { connections, connectionsMost, forwards, reconnects, primary, work, upkeep, drains, heartbeat }
  const { groups, resources, domains, scalers, costs, problems, notes } = made
  return JSON.stringify(
    { said, facts, groups, resources, domains, scalers, costs, problems, notes },
    (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value),
  )
}

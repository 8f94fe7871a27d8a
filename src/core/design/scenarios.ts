import type { Entry, MapNode, Node } from '../text/document.ts'
import { deferred, fieldOf, isMap, isName, type Schema } from '../text/field.ts'
import { optional, readSettings, recordSchema, withDefault } from '../text/param.ts'
import { readRange } from '../text/scalars/range.ts'
import { andThen, valid } from '../text/scalars/read.ts'
import type { Actor, Scenario } from './design.ts'
import { faultKinds, faultParams } from './fault-params.ts'
import type { FaultTargets } from './fault-targets.ts'
import { readFault } from './faults.ts'
import { type LoadContext, readLoad } from './load.ts'
import { comparisonsField, readObjectives, type Subjects } from './objectives.ts'
import { checkSearch, checkSweep, searchSchema, sweepSchema } from './sweeps.ts'

const during = fieldOf('a stretch of simulated time: `5 min..20 min`', { type: 'string', pattern: '\\.\\.' }, (node) =>
  andThen(readRange(node, 'time'), ({ low, high }) => valid({ start: low, end: high })),
)

const faultSchema: Schema = { anyOf: faultKinds.map((kind) => recordSchema(faultParams(kind))) }

const scenarioParams = {
  set: optional(deferred('a map from paths to values', { type: 'object' }, ['map']), {
    help: 'Values changed in this scenario, by path: `load.visitors.rate: 120 k/s`.',
  }),
  during: optional(during, { help: 'When the faults and the load of this scenario are there.' }),
  load: optional(deferred('a map of actors', { $ref: '#/definitions/load' }, ['map']), {
    help: 'Actors that only this scenario has.',
  }),
  faults: withDefault(deferred('a list of faults', { type: 'array', items: faultSchema }, ['list']), '[]', {
    help: 'What goes wrong: `{ at: 2 min, kill: db }`.',
  }),
  expect: optional(
    deferred('a map of comparisons', { type: 'object', additionalProperties: comparisonsField.schema }, ['map']),
    { help: 'Comparisons of this scenario; also `recovered-within 60 s` and `no-metastable`.' },
  ),
  sweep: optional(deferred('a map from paths to values', sweepSchema, ['map']), {
    help: 'Values to try, by path: each combination is played, and decides no verdict.',
  }),
  search: optional(deferred('a search', searchSchema, ['map']), { help: 'What to look for, and what may vary.' }),
}

export const scenariosSchema: Schema = { type: 'object', additionalProperties: recordSchema(scenarioParams) }

export interface ScenariosContext extends FaultTargets, Omit<LoadContext, 'flows'>, Omit<Subjects, 'flows'> {
  /** Whole text, for paths of overlays. */
  readonly root: MapNode
}

const BASELINE = 'baseline'

/** Section `scenarios`. */
export function readScenarios(node: Node | undefined, context: ScenariosContext): ReadonlyMap<string, Scenario> {
  const scenarios = new Map<string, Scenario>()
  const { out } = context.reading
  if (node === undefined || !isMap(node, out, 'a map of scenarios')) return scenarios
  for (const entry of node.entries) {
    if (!isName(entry.key, entry.keySpan, out)) continue
    if (entry.key === BASELINE) {
      const message = '`baseline` is the name of the design as it stands'
      out.error('name', entry.keySpan, message, 'choose another name for this scenario')
      continue
    }
    if (!isMap(entry.value, out, 'a scenario, like `{ faults: [{ at: 2 min, kill: db }] }`')) continue
    const scenario = readScenario(entry, entry.value, context)
    if (scenario !== undefined) scenarios.set(entry.key, scenario)
  }
  return scenarios
}

function readScenario({ key: id, keySpan }: Entry, map: MapNode, context: ScenariosContext): Scenario | undefined {
  const values = readSettings(map, scenarioParams, 'a scenario', context.reading)?.values
  const actors: ReadonlyMap<string, Actor> = readLoad(map.get('load'), context)
  const expect = readObjectives(map.get('expect'), context)
  if (values === undefined) return undefined
  const written = values.faults.kind === 'list' ? values.faults.items : []
  const faults = written.flatMap((fault) => readFault(fault, values.during, context) ?? [])
  checkSweep(values.sweep, context)
  checkSearch(values.search, context)
  const paths = values.set?.kind === 'map' ? values.set.entries.map(({ key }) => key) : []
  const isEmpty = map.entries.length === 0
  if (isEmpty) context.reading.out.warning('empty-scenario', keySpan, `the scenario \`${id}\` changes nothing`)
  return {
    id,
    during: values.during,
    faults,
    actors,
    expect,
    sets: paths,
    isSweep: values.sweep !== null,
    isSearch: values.search !== null,
    span: keySpan,
  }
}

/** Names of the actors of all scenarios. */
export function scenarioActors(node: Node | undefined): readonly string[] {
  if (node?.kind !== 'map') return []
  return node.entries.flatMap(({ value }) => {
    const load = value.kind === 'map' ? value.get('load') : undefined
    return load?.kind === 'map' ? load.entries.map(({ key }) => key) : []
  })
}

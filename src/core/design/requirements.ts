import { nearestNames } from '../base/nearest.ts'
import type { Seconds } from '../base/units.ts'
import type { MapNode, Node } from '../text/document.ts'
import { deferred, isMap, listOf, mapOf, type Named, type Placed, placed, type Reading, text } from '../text/field.ts'
import { optional, type ParamValues, readLoosely, record, withDefault } from '../text/param.ts'
import { moneyField, moneyPerMonthField, ratioField, timeField } from '../text/quantity-fields.ts'
import type { Limit, Requirements } from './design.ts'
import { comparisonsField, readObjectives, type Subjects } from './objectives.ts'
import { checkSurvive } from './survive.ts'
import type { PlaceGroup } from './design.ts'
import { isDeclaredPlace } from './places.ts'

const recovery = record(
  {
    rpo: optional(timeField(), { help: 'How much of the newest data may be lost.' }),
    rto: optional(timeField(), { help: 'How long until it works again.' }),
    durability: optional(ratioField(), { help: 'Share that is still there after a year: `99.999999%`.' }),
  },
  'a recovery goal',
)

const names = listOf(placed(text))
const budget = record(
  {
    'per-month': optional(moneyPerMonthField, { help: 'Most that the system costs.' }),
    'per-request': optional(moneyField(), { help: 'Most that one request costs.' }),
  },
  'a budget',
)

const constraintsParams = {
  budget: optional(
    deferred('a cost per month, or `{ per-month, per-request }`', { type: ['string', 'object'] }, ['scalar', 'map']),
    {
      help: 'Most that the system costs: `15 k USD/month`.',
    },
  ),
  regions: optional(names, { help: 'Regions that may be used.' }),
  technologies: optional(
    record(
      {
        require: withDefault(names, '[]', { help: 'Kinds that have to be there.' }),
        avoid: withDefault(names, '[]', { help: 'Kinds that must not be there.' }),
      },
      'the technologies section',
    ),
    { help: 'Kinds that have to be there, and kinds that must not.' },
  ),
  team: optional(text, { help: 'Who builds and runs it: `5 engineers`.' }),
  timeline: optional(text, { help: 'When it has to be there: `12 weeks`.' }),
  utilization: optional(ratioField(), { help: 'Highest busy share of any component.' }),
}
const constraints = record(constraintsParams, 'the constraints section')

/** Section `requirements`. */
export const requirementsParams = {
  functions: optional(mapOf(text), { help: 'What the system does: a flow and a sentence each.' }),
  objectives: optional(
    deferred(
      'a map from flows or components to comparisons',
      { type: 'object', additionalProperties: comparisonsField.schema },
      ['map'],
    ),
    { help: 'Plain comparisons under a flow, a component, a data set or `system`: `[p99 < 120 ms]`.' },
  ),
  recovery: optional(mapOf(recovery), { help: 'What may be lost, and for how long, for each data set.' }),
  survive: optional(names, {
    help: 'Failures that must not end the service: `any zone`, `region eu`, `cache cold start`.',
  }),
  constraints: optional(constraints, { help: 'Money, regions, technologies, people, time.' }),
}

type Written = ParamValues<typeof requirementsParams>

export const requirementsRecord = record(requirementsParams, 'the requirements section')

export interface RequirementsContext extends Subjects {
  readonly places: ReadonlyMap<string, PlaceGroup>
  /** Names of kinds, for the technologies of the constraints. */
  readonly kindNames: readonly string[]
}

const NONE: Requirements = {
  functions: new Map(),
  objectives: [],
  recovery: new Map(),
  survive: [],
  constraints: {
    budget: null,
    budgetPerRequest: null,
    regions: [],
    require: [],
    avoid: [],
    utilization: null,
    team: null,
    timeline: null,
  },
}

export interface ReadRequirements {
  readonly requirements: Requirements
  /** Functions with their places, to be compared with the flows. */
  readonly functions: ReadonlyMap<string, Named<string>>
  /** Keys that only other checks use, with the first one's place. */
  readonly unchecked: readonly { readonly name: string; readonly at: Node['span'] }[]
}

export function readRequirements(node: Node | undefined, context: RequirementsContext): ReadRequirements {
  const { reading } = context
  const nothing = { requirements: NONE, functions: new Map(), unchecked: [] }
  if (node === undefined || !isMap(node, reading.out, 'a map of requirements')) return nothing
  const values = readLoosely(node, requirementsParams, 'the requirements section', reading)
  const objectives = readObjectives(node.get('objectives'), context)
  checkRecovery(values, context)
  for (const line of values.survive ?? []) checkSurvive(line, context)
  checkConstraints(values, context)
  return {
    requirements: requirementsOf(values, objectives, node, reading),
    functions: values.functions ?? new Map<string, Named<string>>(),
    unchecked: uncheckedOf(node),
  }
}

function requirementsOf(
  values: Written,
  objectives: Requirements['objectives'],
  node: MapNode,
  reading: Reading,
): Requirements {
  const { functions, recovery: goals, survive, constraints: limits } = values
  const limitsNode = node.get('constraints')
  const nodeOf = (key: string): Node | null => (limitsNode?.kind === 'map' ? limitsNode.get(key) : undefined) ?? null
  const textOf = (list: readonly Placed<string>[] | undefined): readonly string[] =>
    (list ?? []).map(({ value }) => value)
  return {
    functions: new Map([...(functions ?? [])].map(([name, { value }]) => [name, value])),
    objectives,
    recovery: new Map([...(goals ?? [])].map(([name, { value, keySpan }]) => [name, { ...value, span: keySpan }])),
    survive: (survive ?? []).map(({ value, span }) => ({ text: value, span })),
    constraints: {
      ...budgetOf(limits?.budget ?? null, reading),
      regions: textOf(limits?.regions ?? undefined),
      require: textOf(limits?.technologies?.require),
      avoid: textOf(limits?.technologies?.avoid),
      utilization: limitOf(limits?.utilization ?? null, nodeOf('utilization')),
      team: limitOf(numberIn(limits?.team ?? ''), nodeOf('team')),
      timeline: limitOf(timeIn(limits?.timeline ?? ''), nodeOf('timeline')),
    },
  }
}

type Constraints = Requirements['constraints']

function budgetOf(node: Node | null, reading: Reading): Pick<Constraints, 'budget' | 'budgetPerRequest'> {
  if (node?.kind !== 'map') {
    const budget = node === null ? null : (moneyPerMonthField.read(node, reading) ?? null)
    return { budget: limitOf(budget, node), budgetPerRequest: null }
  }
  const read = budget.read(node, reading)
  const month = node.get('per-month') ?? null
  return { budget: limitOf(read?.['per-month'] ?? null, month), budgetPerRequest: read?.['per-request'] ?? null }
}

const limitOf = (value: number | null, node: Node | null): Limit | null =>
  value === null || node === null
    ? null
    : { value, text: node.kind === 'scalar' ? node.text.trim() : '', span: node.span }

/** `5 engineers`; words without a number say nothing that could be counted. */
function numberIn(words: string): number | null {
  const [, count = '0'] = /^\s*(\d+)\b/.exec(words) ?? []
  return Number(count) > 0 ? Number(count) : null
}

const DAY: Seconds = 86_400
const CALENDAR: Readonly<Record<string, Seconds>> = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY }

/** `12 weeks` */
function timeIn(words: string): Seconds | null {
  const [, count = '0', unit = ''] = /^\s*(\d+)\s*(day|week|month|year)s?\b/.exec(words) ?? []
  const time = Number(count) * (CALENDAR[unit] ?? 0)
  return time > 0 ? time : null
}

function checkRecovery({ recovery: goals }: Written, { stores, components, missing }: RequirementsContext): void {
  for (const [name, { keySpan }] of goals ?? []) {
    if (stores.has(name) || components.has(name)) continue
    const message = `a recovery goal is about \`${name}\`, which no component stores`
    const candidates = [...stores.keys(), ...components.keys()]
    missing.report({ code: 'unknown-subject', name, at: keySpan, message, candidates, noun: 'data sets' })
  }
}

function checkConstraints({ constraints: limits }: Written, context: RequirementsContext): void {
  const { kindNames, components, places, reading } = context
  const { require = [], avoid = [] } = limits?.technologies ?? {}
  const used = new Set([...components.values()].flatMap(({ kind, writtenKind }) => [writtenKind, kind?.id, kind?.is]))
  for (const { value, span } of require) {
    if (used.has(value)) continue
    const near = nearestNames(value, kindNames, 1)[0]
    const hint = kindNames.includes(value) || near === undefined ? undefined : `did you mean \`${near}\`?`
    reading.out.warning('technology', span, `the constraints require \`${value}\`, but no component is one`, hint)
  }
  for (const { value, span } of avoid) {
    if (used.has(value))
      reading.out.warning('technology', span, `the constraints avoid \`${value}\`, but a component is one`)
  }
  const allowed = (limits?.regions ?? []).map(({ value }) => value)
  for (const { id, kind, region, span } of places.values()) {
    if (kind !== 'region' || allowed.length === 0 || allowed.some((name) => name === id || name === region)) continue
    reading.out.warning('region', span, `\`${id}\` is in \`${region}\`, which the constraints do not allow`)
  }
  for (const { value, span } of limits?.regions ?? []) {
    if (isDeclaredPlace(value, places) || places.size === 0) continue
    reading.out.note('region', span, `the constraints allow the region \`${value}\`, but no place is in it`)
  }
}

function uncheckedOf(node: Node): ReadRequirements['unchecked'] {
  if (node.kind !== 'map') return []
  const goals = node.get('recovery')
  const durable = (goals?.kind === 'map' ? goals.entries : []).flatMap(({ key, value }) => {
    const at = value.kind === 'map' ? value.entry('durability')?.keySpan : undefined
    return at === undefined ? [] : [{ name: `requirements.recovery.${key}.durability`, at }]
  })
  return durable
}

import { decisionsField } from '../../src/core/design/decisions.ts'
import { faultKinds, faultParams, timingParams } from '../../src/core/design/fault-params.ts'
import { flowParams } from '../../src/core/design/flow-params.ts'
import { fragmentsSchema } from '../../src/core/design/fragments.ts'
import { actorParams } from '../../src/core/design/load-params.ts'
import { placesSchema } from '../../src/core/design/places.ts'
import { policyParams } from '../../src/core/design/policy-params.ts'
import { requirementsParams } from '../../src/core/design/requirements.ts'
import { scenariosSchema } from '../../src/core/design/scenarios.ts'
import { sectionParams } from '../../src/core/design/sections.ts'
import { acceptedParams } from '../../src/core/design/accepted.ts'
import { securityParams } from '../../src/core/design/security.ts'
import { branchParams, verbParams } from '../../src/core/design/step-params.ts'
import { searchSchema } from '../../src/core/design/sweeps.ts'
import { variantsSchema } from '../../src/core/design/variants.ts'
import { viewsField } from '../../src/core/design/views.ts'
import { areaNames, areaRoundTrips } from '../../src/core/design/world.ts'
import { failures } from '../../src/core/model/error.ts'
import type { Schema } from '../../src/core/text/field.ts'
import type { Params } from '../../src/core/text/param.ts'
import { expressionNotes, failureNotes, indicatorNotes, lawNotes, meanings, quantityNotes } from './language-notes.ts'
import { bullets, code, codes, GENERATED, page, table, fence } from './markdown.ts'
import { paramTable, type ParamsOf } from './params.ts'

/** Everything that can be written in a design. */
export const languagePage = (paramsOf: ParamsOf): string =>
  page([
    '# The design language',
    GENERATED,
    'A design is one YAML 1.2 file, `<name>.loadpath.yaml`. Every collection is a map keyed by names of your own, in any ' +
      'order; every quantity carries its unit; nothing that is written is ignored silently.',
    ...sectionsPart(paramsOf),
    ...valuesPart(),
    ...meaningPart(),
    ...purposePart(paramsOf),
    ...systemPart(paramsOf),
    ...stepsPart(paramsOf),
    ...policiesPart(paramsOf),
    ...whatIfPart(paramsOf),
  ])

const sectionsPart = (paramsOf: ParamsOf): readonly string[] => ['## Sections', paramTable(sectionParams, paramsOf)]

const valuesPart = (): readonly string[] => [
  '## Values',
  table(
    ['what', 'written like', 'notes'],
    quantityNotes.map(({ what, forms, note }) => [what, codes(forms), note]),
  ),
  '### Laws',
  'Where a table says *or a law*, a value may vary from request to request:',
  table(
    ['written like', 'meaning'],
    [
      ...lawNotes.map(([form, , meaning]) => [code(form), meaning]),
      ['`file(latency.csv)`', 'measured values, one a line, from a file beside the design'],
    ],
  ),
  '### Expressions',
  '`= ...` computes with the names of `assume`: `+ - * /`, brackets, `min`, `max`, `ceil`. Units are checked at every ' +
    'step. A hyphen inside a name belongs to it; a minus has spaces around it. A distribution can be scaled by a number ' +
    'and moved by one. Amounts of steps may also use `items` (messages of the batch), `found` and `missed` (keys of the ' +
    'cache access around).',
  table(
    ['written like', 'gives'],
    expressionNotes.map(([form, , meaning]) => [code(form), meaning]),
  ),
  '### Uncertain values',
  '`{ is: 50 M, range: 30 M..80 M, why: links clicked at least once a month }`: what is played, the range within which ' +
    'it lies with 90 %, and the reason. Tables may grow: `{ is: 2 G, growth: 17 M/d }`; how fast may be an expression, or uncertain too.',
]

const meaningPart = (): readonly string[] => [
  '## What is meant',
  'Where more than one reading is possible, this is the one that is played.',
  bullets(meanings.map(([topic, decision]) => `**${topic}**: ${decision}`)),
]

const purposePart = (paramsOf: ParamsOf): readonly string[] => [
  '## `requirements`',
  paramTable(requirementsParams, paramsOf),
  '### Objectives',
  'A list of plain comparisons (`<`, `<=`, `>`, `>=`) under a flow, a component, a data set or `system`. Of `system`: the ' +
    'flow that does worst.',
  table(
    ['indicator', 'of', 'written like', 'meaning'],
    Object.entries(indicatorNotes).map(([name, { of, example, meaning }]) => [
      code(name),
      of.join(', '),
      code(example),
      meaning,
    ]),
  ),
  '## `assume`',
  'A map from names to values of any sort, for expressions: a value with its unit, a law, an expression, or an uncertain ' +
    'value. Names may refer to each other in any order. A name that nobody uses is reported.',
  '## `load`',
  'A map of actors. Each asks by a `rate` with a `mix`, as `users` with what each `does`, or as a closed `population` that ' +
    'thinks between two requests.',
  paramTable(actorParams, paramsOf),
]

const systemPart = (paramsOf: ParamsOf): readonly string[] => [
  '## `places`',
  'A map of regions with zones, sets of edge locations, and client networks:',
  paramTable(paramsIn(placesSchema, 'additionalProperties', paramsOf), paramsOf),
  'and of rules `a -> b` between two of them, which hold both ways:',
  paramTable(paramsIn(placesSchema, 'patternProperties', paramsOf), paramsOf),
  '### Parts of the world',
  'A region, a place or a `from` whose name starts like this lies there; the longest name that fits counts.',
  table(
    ['part', 'names that start with'],
    areasOf().map(([area, names]) => [area, codes(names)]),
  ),
  'Round trips between them, unless the design says otherwise (CloudPing.co, 2024-04-19; those with South America and some ' +
    'of the long ways are assumptions, see `src/core/design/world.ts`):',
  table(
    ['between', 'and', 'round trip'],
    areaRoundTrips.map(([a, b, seconds]) => [a, b, `${Number((seconds * 1000).toPrecision(6))} ms`]),
  ),
  '## `components` and `kinds`',
  'See [kinds of components](kinds.md). A kind of your own *is* one other kind with other defaults ' +
    '(`our-service: { is: service, instances: 2 }`): maps merge, lists replace.',
  '## `fragments`',
  paramTable(paramsIn(fragmentsSchema, 'additionalProperties', paramsOf), paramsOf),
]

function areasOf(): readonly (readonly [string, readonly string[]])[] {
  const byArea = new Map<string, string[]>()
  for (const [start, area] of areaNames) byArea.set(area, [...(byArea.get(area) ?? []), start])
  return [...byArea]
}

const stepsPart = (paramsOf: ParamsOf): readonly string[] => [
  '## `flows`',
  'Each starts in one way: `from` an actor, by messages (`consume`), or by the clock (`every`).',
  paramTable(flowParams, paramsOf),
  '### Steps',
  'A step is a map with exactly one verb.',
  ...Object.entries(verbParams).flatMap(([verb, params]) => [`#### \`${verb}\``, paramTable(params, paramsOf)]),
  'A branch of `choose` is a list of steps (taken otherwise), or',
  paramTable(branchParams, paramsOf),
]

const policiesPart = (paramsOf: ParamsOf): readonly string[] => [
  '## `policies`',
  'Named policies, `default` for every call, and `edges` for one caller and callee (`api -> db`). A step or a component ' +
    'takes one by `policy: name`, by keys, or by both (`{ is: name, retry: 0 }`).',
  paramTable(policyParams, paramsOf),
  '### Failures',
  table(
    ['failure', 'meaning'],
    failures.map((failure) => [code(failure), failureNotes[failure]]),
  ),
  '## `security`',
  'Kept with the design and checked for names; data classes that are not declared are reported.',
  paramTable(securityParams, paramsOf),
  '## `accepted`',
  'A list of warnings and notes that do not count: reports show them with their reason, `--fail-on` passes them over. `rule` is ' +
    'the code in brackets at the end of the message. `where` is a name that the message says first (`db`, which `db.links` ' +
    'belongs to; `api -> db`), the name of whatever it stands in, or a path of the file (`policies.default`); a message about ' +
    'several things is accepted when each of them is. What fits nothing is said, and so is what has ended. ' +
    'Risks, in `security.accepted`, need an owner and a last day. Mistakes (errors) and missed objectives cannot be accepted: ' +
    'put them right, or change the objective.',
  fence(
    'yaml',
    'accepted:\n  - { rule: single-instance, where: db, reason: a second one comes in spring, owner: Ada, until: 2027-03-31 }',
  ),
  paramTable(acceptedParams, paramsOf),
  '## `decisions`',
  paramTable(paramsIn(decisionsField.schema, 'additionalProperties', paramsOf), paramsOf),
]

const whatIfPart = (paramsOf: ParamsOf): readonly string[] => [
  '## `variants`',
  'Other versions of the design, by paths like `components.db.instances`; `loadpath check --variant <name>` plays one.',
  paramTable(paramsIn(variantsSchema, 'additionalProperties', paramsOf), paramsOf),
  '## `scenarios`',
  'A scenario named `baseline` is the design as it stands. A `sweep` is played at each combination of its values, 16 at most (five of a range), and shown as a table; it decides no verdict. A `search` is checked, not played yet.',
  // The faults have a table of their own.
  paramTable(paramsIn(scenariosSchema, 'additionalProperties', paramsOf), paramsOf, { leaveOut: /^faults\./ }),
  'Keys of a `search`:',
  table(
    ['key', 'meaning'],
    Object.entries(searchSchema['properties'] as Record<string, { description?: string }>).map(([key, one]) => [
      code(key),
      one.description ?? '',
    ]),
  ),
  '### Faults',
  'Each is a map with one kind.',
  table(
    ['fault', 'hits', 'what happens', 'further keys'],
    faultKinds.map((kind) => {
      const { [kind]: own, at: _at, for: _for, until: _until, ...more } = faultParams(kind)
      return [code(kind), own?.field.form ?? '', own?.help ?? '', codes(Object.keys(more))]
    }),
  ),
  'Keys of faults:',
  paramTable(timingParams, paramsOf),
  '## `environments`',
  'Each holds sections of the design, merged over it key by key: `loadpath check --environment staging`. All sections but ' +
    '`loadpath`, `import`, `environments` and `variants`.',
  '## `views`',
  paramTable(paramsIn(viewsField.schema, 'additionalProperties', paramsOf), paramsOf),
]

/** The keys of the entries of a map, by its schema. */
function paramsIn(schema: Schema, key: 'additionalProperties' | 'patternProperties', paramsOf: ParamsOf): Params {
  const value = schema[key]
  const inner = key === 'patternProperties' ? Object.values(value as Record<string, unknown>)[0] : value
  const found = typeof inner === 'object' && inner !== null ? paramsOf(inner as Schema) : undefined
  if (found === undefined) throw new Error(`the keys in ${key} are not known`)
  return found
}

import type { Kind } from '../kinds/define.ts'
import type { Schema } from '../text/field.ts'
import { type Params, recordSchema } from '../text/param.ts'
import { quantityDefinitions } from '../text/quantity-fields.ts'
import { assumptionField } from './assumptions.ts'
import { componentParams } from './component-params.ts'
import { decisionsField } from './decisions.ts'
import { flowParams } from './flow-params.ts'
import { fragmentsSchema } from './fragments.ts'
import { importSchema } from './imports.ts'
import { loadSchema } from './load.ts'
import { placesSchema } from './places.ts'
import { policiesSchema, policySchema, policyUseSchema } from './policies.ts'
import { requirementsRecord } from './requirements.ts'
import { scenariosSchema } from './scenarios.ts'
import { sectionParams } from './sections.ts'
import { securityRecord } from './security.ts'
import { branchParams, verbParams } from './step-params.ts'
import { variantsSchema } from './variants.ts'
import { environmentsSchema, viewsField } from './views.ts'

/**
 * JSON Schema (draft-07) of designs, for editors: from the very fields that validate, so that both accept the same keys
 * and words. Quantities, references and expressions are checked by the validator alone.
 */
export function designSchema(kinds: readonly Kind[]): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Loadpath design',
    description: 'A system: what it has to do, how much is asked of it, what it is made of, and how a request travels.',
    ...recordSchema(sectionParams),
    definitions: {
      ...sectionDefinitions(kinds),
      ...stepDefinitions(),
      ...kindDefinitions(kinds),
      ...quantityDefinitions,
    },
  }
}

const mapOfRecords = (params: Params): Schema => ({ type: 'object', additionalProperties: recordSchema(params) })

function sectionDefinitions(kinds: readonly Kind[]): Readonly<Record<string, Schema>> {
  return {
    import: importSchema,
    requirements: requirementsRecord.schema,
    assume: { type: 'object', additionalProperties: assumptionField.schema },
    load: loadSchema,
    places: placesSchema,
    kinds: { type: 'object', additionalProperties: ownKindSchema(kinds) },
    components: { type: 'object', additionalProperties: { $ref: '#/definitions/component' } },
    component: componentSchema(kinds),
    fragments: fragmentsSchema,
    flows: mapOfRecords(flowParams),
    policies: policiesSchema,
    policy: policySchema,
    'policy-use': policyUseSchema,
    security: securityRecord.schema,
    decisions: decisionsField.schema,
    variants: variantsSchema,
    scenarios: scenariosSchema,
    environments: environmentsSchema,
    views: viewsField.schema,
  }
}

function stepDefinitions(): Readonly<Record<string, Schema>> {
  const verbs = Object.entries(verbParams)
  return {
    steps: { type: 'array', items: { $ref: '#/definitions/step' } },
    step: { anyOf: verbs.map(([verb]) => ({ $ref: `#/definitions/step-${verb}` })) },
    branch: { anyOf: [{ $ref: '#/definitions/steps' }, recordSchema(branchParams)] },
    ...Object.fromEntries(verbs.map(([verb, params]) => [`step-${verb}`, recordSchema(params)])),
  }
}

/** Any name is allowed, since a design has kinds of its own; the known ones are offered with what they are. */
const kindNames = (kinds: readonly Kind[]): Schema => ({
  anyOf: [
    ...kinds.flatMap(({ id, aliases, about }) => [id, ...aliases].map((name) => ({ const: name, description: about }))),
    { type: 'string' },
  ],
})

/** The keys of every component; those of its kind when the kind is one of the product. */
function componentSchema(kinds: readonly Kind[]): Schema {
  const common = recordSchema(componentParams)
  const kind = { ...kindNames(kinds), description: componentParams.kind.help }
  return {
    ...common,
    properties: { ...propertiesOf(common), kind, is: false },
    additionalProperties: true,
    allOf: families(kinds).map(({ name, members }) => ({
      ...ifOneOf('kind', members),
      // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema
      then: { allOf: [{ $ref: `#/definitions/${name}` }], required: neededKeys(members) },
    })),
  }
}

/** A kind of the author: the keys of the kind it is, none of which has to be there. */
function ownKindSchema(kinds: readonly Kind[]): Schema {
  return {
    type: 'object',
    properties: { is: { ...kindNames(kinds), description: 'The kind it is, with other defaults.' }, kind: false },
    required: ['is'],
    allOf: families(kinds).map(({ name, members }) => ({
      ...ifOneOf('is', members),
      // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema
      then: { $ref: `#/definitions/${name}` },
    })),
  }
}

const ifOneOf = (key: string, members: readonly Kind[]): Schema => ({
  if: {
    properties: { [key]: { enum: members.flatMap(({ id, aliases }) => [id, ...aliases]) } },
    required: [key],
  },
})

interface Family {
  readonly name: string
  readonly members: readonly Kind[]
}

/** Kinds with the same params: a general one and the technologies that it is. */
function families(kinds: readonly Kind[]): readonly Family[] {
  const byParams = new Map<Params, Kind[]>()
  for (const kind of kinds) {
    const same = byParams.get(kind.params)
    if (same === undefined) byParams.set(kind.params, [kind])
    else same.push(kind)
  }
  return [...byParams.values()].map((members) => ({ name: `kind-${members[0]?.id ?? ''}`, members }))
}

function kindDefinitions(kinds: readonly Kind[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(families(kinds).map(({ name, members }) => [name, familySchema(members)]))
}

/** The keys of a component or an own kind of this family; those of every component are described with these. */
function familySchema(members: readonly Kind[]): Schema {
  const presets = members.flatMap((member) => Object.keys(member.presets))
  const own = presets.reduce(
    (schema, path) => notNeeded(schema, path.split('.')),
    recordSchema(members[0]?.params ?? {}),
  )
  const common = Object.fromEntries([...Object.keys(componentParams), 'is'].map((key) => [key, true]))
  return {
    type: 'object',
    description: members.map(({ id, about }) => `${id}: ${about}`).join('\n'),
    properties: { ...common, ...propertiesOf(own) },
    additionalProperties: false,
  }
}

/** The schema of a map in which this key of a map inside it need not be written. */
function notNeeded(schema: Schema, [key = '', ...rest]: readonly string[]): Schema {
  const { required, anyOf } = schema
  if (Array.isArray(anyOf)) return { ...schema, anyOf: anyOf.map((one: Schema) => notNeeded(one, [key, ...rest])) }
  if (rest.length === 0) {
    return Array.isArray(required) ? { ...schema, required: required.filter((name) => name !== key) } : schema
  }
  const inner = propertiesOf(schema)[key]
  return inner === undefined
    ? schema
    : { ...schema, properties: { ...propertiesOf(schema), [key]: notNeeded(inner, rest) } }
}

/** What one of the technologies presets need not be written. */
function neededKeys(members: readonly Kind[]): readonly string[] {
  const preset = new Set(members.flatMap(({ presets }) => Object.keys(presets).map((path) => path.split('.')[0])))
  return Object.entries(members[0]?.params ?? {})
    .filter(([key, { isRequired }]) => isRequired && !preset.has(key))
    .map(([key]) => key)
}

const propertiesOf = ({ properties = {} }: { readonly properties?: Readonly<Record<string, Schema>> }) => properties

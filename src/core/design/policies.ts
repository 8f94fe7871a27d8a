import type { Node } from '../text/document.ts'
import { isMap, isName, type Reading, reference, type Schema } from '../text/field.ts'
import { optional, readSettings, recordSchema } from '../text/param.ts'
import { ARROW_PATTERN, readArrow } from './arrow-keys.ts'
import type { Policies, PolicyPart } from './design.ts'
import type { MissingNames } from './missing-names.ts'
import { policyMapSchema, policyParams, policyPart } from './policy-params.ts'
import type { Placed } from '../text/field.ts'

export const policiesSchema: Schema = {
  type: 'object',
  properties: {
    default: { allOf: [{ $ref: '#/definitions/policy' }], description: 'For every call that says nothing else.' },
    edges: {
      type: 'object',
      description: 'For one caller and callee: `api -> db`.',
      patternProperties: { [ARROW_PATTERN]: { $ref: '#/definitions/policy' } },
      additionalProperties: false,
    },
  },
  additionalProperties: { $ref: '#/definitions/policy' },
}

/** Definition `policy`: the keys themselves. */
export const policySchema: Schema = policyMapSchema

/** A policy at a step or a component: a name, or keys with perhaps a name they add to (`is`). */
export const policyUseSchema: Schema = {
  anyOf: [{ type: 'string' }, recordSchema({ ...policyParams, is: optional(reference, { help: 'A named policy.' }) })],
}

export interface ReadPolicies extends Policies {
  readonly edgeArrows: readonly { readonly from: Placed<string>; readonly to: Placed<string> }[]
  /** Where each named policy stands, for those that nobody uses. */
  readonly places: ReadonlyMap<string, Node['span']>
}

/** Section `policies`. */
export function readPolicies(node: Node | undefined, reading: Reading): ReadPolicies {
  const named = new Map<string, PolicyPart>()
  const places = new Map<string, Node['span']>()
  const edges = new Map<string, PolicyPart>()
  const edgeArrows: { from: Placed<string>; to: Placed<string> }[] = []
  let byDefault: PolicyPart = {}
  const { out } = reading
  if (node === undefined || !isMap(node, out, 'a map of policies'))
    return { byDefault, named, edges, edgeArrows, places }
  for (const { key, keySpan, value } of node.entries) {
    if (key === 'edges') continue
    const part = readPolicy(value, reading)
    if (key === 'default') byDefault = part
    else if (isName(key, keySpan, out)) {
      named.set(key, part)
      places.set(key, keySpan)
    }
  }
  const written = node.get('edges')
  for (const entry of written !== undefined && isMap(written, out, 'a map of pairs `a -> b`') ? written.entries : []) {
    const arrow = readArrow(entry, out)
    const part = readPolicy(entry.value, reading)
    if (arrow === undefined) continue
    edges.set(`${arrow.from.value} -> ${arrow.to.value}`, part)
    edgeArrows.push(arrow)
  }
  return { byDefault, named, edges, edgeArrows, places }
}

/** What is wrong is said; the rest stays. */
function readPolicy(node: Node, reading: Reading): PolicyPart {
  if (!isMap(node, reading.out, 'a policy, like `{ timeout: 1 s, retry: 0 }`')) return {}
  const settings = readSettings(node, policyParams, 'a policy', reading)
  return settings === undefined ? {} : policyPart(settings.values, settings.written)
}

/** What a use of policies needs to know. */
export interface KnownPolicies {
  readonly named: ReadonlyMap<string, PolicyPart>
  readonly missing: MissingNames
  readonly onUse: (name: string) => void
}

/** `policy: quick`, `policy: { timeout: 1 s }`, or `policy: { is: quick, retry: 0 }`. */
export function readPolicyUse(
  node: Node | undefined,
  { named, missing, onUse }: KnownPolicies,
  who: string,
  reading: Reading,
): PolicyPart {
  if (node === undefined) return {}
  const resolve = (name: Placed<string> | null | undefined): PolicyPart => {
    if (name === null || name === undefined) return {}
    const found = named.get(name.value)
    onUse(name.value)
    const message = `${who} has the policy \`${name.value}\`, which does not exist`
    const mistake = { code: 'unknown-policy', name: name.value, at: name.span, message, noun: 'policies' }
    if (found === undefined) missing.report({ ...mistake, candidates: named.keys() })
    return found ?? {}
  }
  if (node.kind === 'scalar') return resolve(reference.read(node, reading))
  if (!isMap(node, reading.out, 'the name of a policy, or a policy')) return {}
  const params = { ...policyParams, is: optional(reference, { help: 'A named policy that the other keys add to.' }) }
  const settings = readSettings(node, params, 'a policy', reading)
  if (settings === undefined) return {}
  return { ...resolve(settings.values.is), ...policyPart(settings.values, settings.written) }
}

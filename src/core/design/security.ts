import type { Entry, MapNode, Node } from '../text/document.ts'
import { deferred, flag, isMap, listOf, mapOf, oneOf, reference, text } from '../text/field.ts'
import type { Placed, Reading } from '../text/field.ts'
import { optional, type ParamValues, readLoosely, record, recordSchema, required } from '../text/param.ts'
import { ARROW_PATTERN, readArrow } from './arrow-keys.ts'
import type { Security, SecurityLink } from './design.ts'
import { acceptedOf, acceptedRisks } from './accepted.ts'
import type { KnownComponent } from './known.ts'
import type { MissingNames } from './missing-names.ts'

const dataClass = record(
  {
    confidentiality: optional(oneOf('public', 'internal', 'restricted', 'secret'), { help: 'Who may see it.' }),
    integrity: optional(oneOf('normal', 'important', 'critical'), { help: 'How bad a wrong value is.' }),
    personal: optional(flag, { help: 'Whether it is about people.' }),
  },
  'a class of data',
)

const boundary = record(
  {
    holds: required(listOf(reference), { help: 'Actors and components inside it.' }),
    within: optional(reference, { help: 'The boundary around it.' }),
  },
  'a boundary',
)

const linkParams = {
  tls: optional(flag, { help: 'Whether it is encrypted. Nothing: not stated.' }),
  auth: optional(text, { help: 'How the caller proves who it is: `mutual-tls`, `password`, `token`, `none`.' }),
  authorization: optional(text, { help: 'How what the caller may do is decided.' }),
}

const input = record(
  { query: required(oneOf('parameterized', 'concatenated'), { help: 'How input gets into the query.' }) },
  'an input',
)

const atRest = record(
  {
    encrypted: optional(flag, { help: 'Whether what it keeps is encrypted on its disks. Nothing: not stated.' }),
    backups: optional(oneOf('apart', 'together'), {
      help: 'Whether who may write to it cannot delete its backups (`apart`), or can (`together`).',
    }),
  },
  'what is kept',
)

/** Section `security`. */
export const securityParams = {
  data: optional(mapOf(dataClass), { help: 'Classes of data, by name.' }),
  boundaries: optional(mapOf(boundary), { help: 'Zones of trust, and what each holds.' }),
  exposed: optional(listOf(reference), { help: 'Components that the outside reaches.' }),
  links: optional(
    deferred(
      'a map of pairs `a -> b`',
      { type: 'object', patternProperties: { [ARROW_PATTERN]: recordSchema(linkParams) }, additionalProperties: false },
      ['map'],
    ),
    { help: 'What cannot be derived about one link: `api -> db: { tls: true, auth: password }`.' },
  ),
  inputs: optional(mapOf(input), { help: 'How queries are built from input, for each component.' }),
  'at-rest': optional(mapOf(atRest), { help: 'How each component that keeps something keeps it.' }),
  accepted: optional(acceptedRisks, {
    help: 'Risks that somebody answers for; other findings stand under `accepted`.',
  }),
}

export const securityRecord = record(securityParams, 'the security section')

export interface SecurityContext {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly components: ReadonlyMap<
    string,
    KnownComponent & { readonly handles: readonly Placed<string>[]; readonly stores: readonly Placed<string>[] }
  >
  readonly actors: ReadonlySet<string>
  /** What else a finding can be about: flows, and whatever else has a name in the design. */
  readonly others: readonly string[]
  readonly root: MapNode
}

const NONE: Security = {
  classes: new Map(),
  boundaries: new Map(),
  exposed: [],
  links: new Map(),
  inputs: new Map(),
  atRest: new Map(),
  accepted: [],
}

export function readSecurity(node: Node | undefined, context: SecurityContext): Security {
  const { reading } = context
  if (node === undefined || !isMap(node, reading.out, 'the security section')) return NONE
  const values = readLoosely(node, securityParams, 'the security section', reading)
  checkNames(values, context)
  checkClasses(node, context)
  checkRings(values.boundaries ?? new Map(), context)
  return {
    classes: new Map(
      [...(values.data ?? [])].map(([name, { value, keySpan }]) => {
        const { confidentiality, integrity, personal } = value
        return [name, { confidentiality, integrity, isPersonal: personal, span: keySpan }]
      }),
    ),
    boundaries: new Map(
      [...(values.boundaries ?? [])].map(([name, { value, keySpan }]) => {
        const holds = value.holds.map(({ value: held }) => held)
        return [name, { holds, within: value.within?.value ?? null, span: keySpan }]
      }),
    ),
    exposed: (values.exposed ?? []).map(({ value }) => value),
    links: linksOf(values.links, context),
    inputs: new Map(
      [...(values.inputs ?? [])].map(([name, { value, keySpan }]) => [name, { ...value, span: keySpan }]),
    ),
    atRest: new Map(
      [...(values['at-rest'] ?? [])].map(([name, { value, keySpan }]) => [name, { ...value, span: keySpan }]),
    ),
    accepted: acceptedOf(values.accepted ?? [], { ...context, classes: (values.data ?? new Map()).keys() }),
  }
}

type Written = ParamValues<typeof securityParams>

function checkNames(values: Written, context: SecurityContext): void {
  const boundaries = values.boundaries ?? new Map<string, never>()
  const holders = new Map<string, string>()
  for (const [name, { value }] of boundaries) {
    for (const held of value.holds) {
      checkParty(held, `the boundary \`${name}\` holds`, context)
      const other = holders.get(held.value)
      if (other !== undefined) {
        const message = `\`${held.value}\` is in the boundaries \`${other}\` and \`${name}\``
        context.reading.out.error('boundary', held.span, message, 'nest one in the other by `within`')
      }
      holders.set(held.value, name)
    }
    const outer = value.within
    const message = `the boundary \`${name}\` is within \`${outer?.value ?? ''}\`, which does not exist`
    const mistake = { code: 'unknown-boundary', message, noun: 'boundaries', candidates: boundaries.keys() }
    if (outer !== null && !boundaries.has(outer.value))
      context.missing.report({ ...mistake, name: outer.value, at: outer.span })
  }
  for (const exposed of values.exposed ?? []) checkParty(exposed, 'the section `exposed` names', context)
  for (const [name, { keySpan }] of values.inputs ?? [])
    checkParty({ value: name, span: keySpan }, 'the section `inputs` names', context)
  for (const [name, { keySpan }] of values['at-rest'] ?? [])
    checkParty({ value: name, span: keySpan }, 'the section `at-rest` names', context)
}

/** A boundary within itself, perhaps through others. */
function checkRings(boundaries: NonNullable<Written['boundaries']>, { reading }: SecurityContext): void {
  const done = new Set<string>()
  for (const start of boundaries.keys()) {
    const path: string[] = []
    let name: string | undefined = start
    while (name !== undefined && !done.has(name) && !path.includes(name)) {
      path.push(name)
      name = boundaries.get(name)?.value.within?.value
    }
    const at = name === undefined ? -1 : path.indexOf(name)
    const last = at < 0 ? undefined : boundaries.get(path.at(-1) ?? '')?.value.within
    if (last !== undefined && last !== null) {
      const ring = [...path.slice(at), last.value].map((each) => `\`${each}\``).join(' within ')
      reading.out.error('boundary', last.span, `the boundary \`${last.value}\` is within itself: ${ring}`)
    }
    for (const each of path) done.add(each)
  }
}

/** A component or an actor. */
function checkParty(
  { value, span }: Placed<string>,
  phrase: string,
  { components, actors, missing }: SecurityContext,
): void {
  if (components.has(value) || actors.has(value)) return
  const candidates = [...components.keys(), ...actors]
  const message = `${phrase} \`${value}\`, which does not exist`
  missing.report({
    code: 'unknown-component',
    name: value,
    at: span,
    message,
    candidates,
    noun: 'components and actors',
  })
}

function linksOf(node: Node | null, context: SecurityContext): ReadonlyMap<string, SecurityLink> {
  const links = new Map<string, SecurityLink>()
  const { reading } = context
  const entries: readonly Entry[] = node?.kind === 'map' ? (node satisfies MapNode).entries : []
  for (const entry of entries) {
    const arrow = readArrow(entry, reading.out)
    const values = record(linkParams, 'a link').read(entry.value, reading)
    if (arrow === undefined || values === undefined) continue
    for (const end of [arrow.from, arrow.to]) checkParty(end, 'a link names', context)
    links.set(`${arrow.from.value} -> ${arrow.to.value}`, { ...values, span: entry.keySpan })
  }
  return links
}

/** A component that handles a class of data that nobody declared. */
function checkClasses(section: MapNode, { components, reading }: SecurityContext): void {
  const written = section.get('data')
  if (written?.kind !== 'map') return
  // A class with a mistake in it is declared all the same.
  const data = new Set(written.entries.map(({ key }) => key))
  for (const { id, handles, stores } of components.values()) {
    for (const { value, span } of [...handles, ...stores]) {
      if (data.has(value)) continue
      const message = `\`${id}\` has the class of data \`${value}\`, which \`security.data\` does not declare`
      reading.out.warning(
        'unknown-class',
        span,
        message,
        data.size === 0 ? 'no class is declared' : `classes: ${[...data].join(', ')}`,
      )
    }
  }
}

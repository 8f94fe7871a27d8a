import type { Span } from '../base/span.ts'
import type { Part, Verb } from '../kinds/define.ts'
import { subSpan } from '../base/span.ts'
import type { Placed } from '../text/field.ts'
import type { Target } from './design.ts'
import type { Known, KnownComponent } from './known.ts'

/** Who asks, and for what. */
export interface Asking {
  readonly verb: Verb
  /** For messages: `` flow `buy` ``, `` `api` ``. */
  readonly who: string
}

const PHRASES: Readonly<Record<Verb, string>> = {
  call: 'calls',
  get: 'gets from',
  put: 'puts into',
  read: 'reads',
  write: 'writes to',
  tx: 'opens a transaction at',
  publish: 'publishes to',
  consume: 'consumes',
  push: 'pushes to',
  hold: 'holds',
}

/** Verbs that name a part (a table, a keyspace) of a component that has several. */
const PART_VERBS: readonly Verb[] = ['get', 'put', 'read', 'write', 'publish', 'consume', 'hold']

/**
 * Resolves `db.links.by-code`: the component, one of its parts, an access path of it. Undefined when a mistake was
 * said. Of a component that was not understood nothing more is asked.
 */
export function resolveTarget(written: Placed<string>, asking: Asking, known: Known): Target | undefined {
  const found = findComponent(written, asking, known)
  if (found === undefined) return undefined
  const { component, rest } = found
  known.usage.components.add(component.id)
  const [part = null, path = null] = rest.map(({ value }) => value)
  const target = { component: component.id, part, path, span: written.span }
  if (component.kind === null) return target
  if (!answers(component, asking, written.span, known)) return undefined
  if (asking.verb === 'call') return resolveOperation(component, rest, target, asking, known)
  if (component.parts === null) return target
  return resolvePart(component, component.parts, rest, { target, asking, known })
}

/** Of the name of a component: imports are at most 16 deep. */
const SEGMENTS_MOST = 17

interface Found {
  readonly component: KnownComponent
  readonly rest: readonly Placed<string>[]
}

/** A component of this file, or of an imported one: `payments.db`. */
function findComponent(written: Placed<string>, { verb, who }: Asking, known: Known): Found | undefined {
  const segments = segmentsOf(written)
  const [first] = segments
  if (first === undefined) return undefined
  for (let length = 1; length <= Math.min(segments.length, SEGMENTS_MOST); length++) {
    const name = segments.slice(0, length).map(({ value }) => value)
    const component = known.components.get(name.join('.'))
    if (component !== undefined) return { component, rest: segments.slice(length) }
  }
  const name = nameMeant(segments, known)
  const message = `${who} ${PHRASES[verb]} \`${name}\`, which does not exist`
  const mistake = { code: 'unknown-component', name, at: first.span, message, noun: 'components' }
  known.missing.report({ ...mistake, candidates: known.components.keys(), ...hintFor(name, known) })
  return undefined
}

/** Behind the name of an imported file stands the component's own. */
function nameMeant([first, second]: readonly Placed<string>[], { components }: Known): string {
  const name = first?.value ?? ''
  const isImport = second !== undefined && [...components.keys()].some((key) => key.startsWith(`${name}.`))
  return isImport ? `${name}.${second.value}` : name
}

function hintFor(name: string, { fragments, flows }: Known): { readonly hint?: string } {
  if (fragments.has(name)) return { hint: `\`${name}\` is a fragment: write \`run: ${name}\`` }
  return flows.has(name) ? { hint: `\`${name}\` is a flow; steps name components` } : {}
}

/** The parts between the dots, each at its place. */
export function segmentsOf({ value, span }: Placed<string>): readonly Placed<string>[] {
  const isPlain = span.endOffset - span.offset === value.length
  let at = 0
  return value.split('.').map((text) => {
    const place = isPlain ? subSpan(span, at, text.length) : span
    at += text.length + 1
    return { value: text, span: place }
  })
}

/** What others ask a store or a cache for. */
const otherVerbs: Readonly<Partial<Record<Verb, readonly Verb[]>>> = {
  get: ['read'],
  put: ['write'],
  read: ['get'],
  write: ['put', 'publish'],
  push: ['publish'],
  publish: ['push'],
}

function answers({ id, kind, writtenKind }: KnownComponent, { verb }: Asking, at: Span, { reading }: Known): boolean {
  if (kind === null || kind.verbs.includes(verb)) return true
  const verbs = kind.verbs.map((each) => `\`${each}\``).join(', ')
  const meant = otherVerbs[verb]?.find((word) => kind.verbs.includes(word))
  const known = verbs === '' ? 'no flow can ask it for anything' : `it answers ${verbs}`
  const hint = meant === undefined ? known : `use \`${meant}\`; ${known}`
  reading.out.error('wrong-verb', at, `\`${id}\` is a \`${writtenKind}\`, which does not answer \`${verb}\``, hint)
  return false
}

function resolveOperation(
  { id, operations }: KnownComponent,
  [operation, extra]: readonly Placed<string>[],
  target: Target,
  { who }: Asking,
  { missing, usage }: Known,
): Target | undefined {
  if (operation === undefined) return target
  const name = operation.value
  if (operations.has(name) && extra === undefined) {
    usage.operations.add(`${id}.${name}`)
    return target
  }
  const at = extra?.span ?? operation.span
  const full = `${id}.${name}${extra === undefined ? '' : `.${extra.value}`}`
  const message = `${who} calls \`${full}\`, but \`${id}\` has no such operation`
  const noun = `operations of \`${id}\``
  missing.report({ code: 'unknown-operation', name, at, message, candidates: operations.keys(), noun })
  return undefined
}

interface Resolving {
  readonly target: Target
  readonly asking: Asking
  readonly known: Known
}

function resolvePart(
  { id, kind }: KnownComponent,
  parts: ReadonlyMap<string, Part>,
  [written, path, extra]: readonly Placed<string>[],
  { target, asking: { verb, who }, known }: Resolving,
): Target | undefined {
  const noun = kind?.parts ?? 'parts'
  if (written === undefined) return withOnlyPart(id, parts, noun, { target, asking: { verb, who }, known })
  const part = parts.get(written.value)
  const report = (code: string, missing: Placed<string>, what: string, candidates: Iterable<string>, of: string) => {
    const message = `${who} ${PHRASES[verb]} \`${target.component}.${what}\`, which does not exist`
    known.missing.report({ code, name: missing.value, at: missing.span, message, candidates, noun: of })
    return undefined
  }
  if (part === undefined) return report('unknown-part', written, written.value, parts.keys(), `${noun} of \`${id}\``)
  const full = `${written.value}.${path?.value ?? ''}`
  if (path !== undefined && !part.paths.includes(path.value)) {
    return report('unknown-path', path, full, part.paths, `access paths of \`${id}.${written.value}\``)
  }
  return extra === undefined ? target : report('unknown-path', extra, `${full}.${extra.value}`, [], 'further parts')
}

/** A component named alone means its only part; with several the step has to say which. */
function withOnlyPart(
  id: string,
  parts: ReadonlyMap<string, Part>,
  noun: string,
  { target, asking: { verb, who }, known }: Resolving,
): Target | undefined {
  if (parts.size === 0 || !PART_VERBS.includes(verb)) return target
  const [only] = parts.keys()
  if (parts.size === 1 && only !== undefined) return { ...target, part: only }
  const example = `\`${id}.${only ?? ''}\``
  const message = `${who} ${PHRASES[verb]} \`${id}\` without saying which of its ${noun}`
  known.reading.out.error(
    'part-missing',
    target.span,
    message,
    `${noun}: ${[...parts.keys()].join(', ')}; write ${example}`,
  )
  return undefined
}

import type { Acceptance, Diagnostic } from '../base/diagnostic.ts'
import type { ReviewStep } from '../base/review-step.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Span } from '../base/span.ts'
import type { MapNode, Node } from '../text/document.ts'
import { listOf, type Placed, placed, type Reading, text } from '../text/field.ts'
import { optional, record, required } from '../text/param.ts'
import type { MissingNames } from './missing-names.ts'

/** A finding that somebody accepted, in section `accepted` or, as a risk, in `security.accepted`. */
export interface Accepted {
  readonly rule: string
  readonly where: string
  readonly reason: string
  readonly owner: string | null
  /** The last day: `2026-12-31`; null: for good. */
  readonly until: string | null
  readonly span: Span
}

const common = {
  rule: required(placed(text), { help: 'The code whose finding is accepted: `single-instance`.' }),
  where: required(placed(text), {
    help: 'What it is about, as the message names it first, or a place of the file: `db`, `api -> db`, `policies.default`.',
  }),
  reason: required(text, { help: 'Why it is accepted; reports show it.' }),
}

/** Of section `accepted`. */
export const acceptedParams = {
  ...common,
  owner: optional(text, { help: 'Who answers for it.' }),
  until: optional(placed(text), { help: 'The last day on which it is accepted: `2026-12-31`. Then it counts again.' }),
}

/** A risk is accepted by somebody, and not for ever. */
const riskParams = {
  ...common,
  owner: required(text, { help: 'Who answers for it.' }),
  until: required(placed(text), { help: 'Until when: `2026-12-31`. Then it counts again.' }),
}

export const acceptedField = listOf(record(acceptedParams, 'an accepted finding'))
export const acceptedRisks = listOf(record(riskParams, 'an accepted finding'))

interface Written {
  readonly rule: Placed<string>
  readonly where: Placed<string>
  readonly reason: string
  readonly owner: string | null
  readonly until: Placed<string> | null
}

interface Names {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly components: ReadonlyMap<string, unknown>
  readonly actors: ReadonlySet<string>
  readonly classes: Iterable<string>
  /** Flows. */
  readonly others: readonly string[]
  /** Of the design: sections, and whatever has a name in one. */
  readonly root: MapNode
}

/** What is accepted is about something of the design, until a day. */
export function acceptedOf(list: readonly Written[], names: Names): readonly Accepted[] {
  if (list.length === 0) return []
  const things = [...names.components.keys(), ...names.actors, ...names.classes, ...names.others]
  const known = new Set([...things, ...keysIn(names.root, NAMED_DEPTH), 'system'])
  const { out } = names.reading
  return list.map(({ rule, where, reason, owner, until }) => {
    const name = where.value.split(/\s*->\s*/)[0] ?? ''
    // `db.links` and `api cpu` are of db and of api.
    const isKnown = known.has(name) || [...name.matchAll(/[. ]/g)].some(({ index }) => known.has(name.slice(0, index)))
    const message = `an accepted finding is about \`${name}\`, which does not exist`
    const mistake = { code: 'unknown-component', message, noun: 'components, actors and flows', candidates: things }
    if (!isKnown) names.missing.report({ ...mistake, name, at: where.span })
    if (until !== null && !DAY.test(until.value)) {
      const message = `expected a day, got \`${until.value.slice(0, 60)}\``
      out.error('wrong-shape', until.span, message, 'write year, month and day: `2026-12-31`')
    }
    const span = rule.span
    return { rule: rule.value, where: where.value, reason, owner, until: until?.value ?? null, span }
  })
}

/** `components`, `db`, `tables`, `links`. */
const NAMED_DEPTH = 4

function keysIn(node: Node, depth: number): readonly string[] {
  if (node.kind !== 'map' || depth === 0) return []
  return node.entries.flatMap(({ key, value }) => [key, ...keysIn(value, depth - 1)])
}

const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

interface Around {
  /** Of the design as it was read. */
  readonly root: MapNode
  /** `2026-12-31`; null: no acceptance has ended. */
  readonly today: string | null
  /** Codes that rules may say, with their step of a review. */
  readonly codes: ReadonlyMap<string, ReviewStep>
  /** False: what is accepted may be about the design without the changes laid over it. */
  readonly isWhole: boolean
}

/**
 * Findings that somebody accepted become notes that say why. What is accepted without there being anything, or not any
 * longer, is said too.
 */
export function withAccepted(
  list: readonly Diagnostic[],
  accepted: readonly Accepted[],
  around: Around,
): readonly Diagnostic[] {
  if (accepted.length === 0) return list
  const meant = new Set<Accepted>()
  const silenced = list.map((diagnostic) => {
    if (diagnostic.severity === 'error') return diagnostic
    const mine = accepted.filter(({ rule }) => rule === diagnostic.code)
    const found = coverOf(diagnostic, mine, around.root)
    for (const one of found) meant.add(one)
    const [first] = found.filter((one) => !isPast(one, around.today))
    const isCovered = first !== undefined && found.every((one) => !isPast(one, around.today))
    return isCovered ? acceptedBy(diagnostic, first) : diagnostic
  })
  const said = accepted.flatMap((one) => {
    const step = around.codes.get(one.rule)
    const about = (diagnostic: Diagnostic) => [step === undefined ? diagnostic : { ...diagnostic, step }]
    if (meant.has(one)) return isPast(one, around.today) ? about(ended(one)) : []
    return around.isWhole && !SAID_OF_RESULTS.has(one.rule) ? about(pointless(one, list, around)) : []
  })
  return [...silenced, ...said]
}

/** Findings about what was solved: nothing is known of them before. */
const SAID_OF_RESULTS: ReadonlySet<string> = new Set(['metastable-range', 'not-survived', 'goal-missed'])

const isPast = ({ until }: Accepted, today: string | null): boolean => until !== null && today !== null && until < today

export function acceptedBy(diagnostic: Diagnostic, { reason, owner, until }: Accepted): Diagnostic {
  const accepted: Acceptance = { severity: diagnostic.severity, reason, owner, until }
  return { ...diagnostic, severity: 'note', accepted }
}

/** The acceptance of a finding that has a name and no place. */
export const acceptanceOf = (
  { code, name }: { readonly code: string; readonly name: string },
  accepted: readonly Accepted[],
  today: string | null,
): Accepted | undefined =>
  accepted.find(
    (one) => one.rule === code && (one.where === 'system' || isAbout(one.where, name)) && !isPast(one, today),
  )

/** Those that together cover all that the message is about, by its names or by its places; none when one is missing. */
function coverOf(diagnostic: Diagnostic, mine: readonly Accepted[], root: MapNode): readonly Accepted[] {
  if (mine.length === 0) return []
  const subjects = subjectsOf(diagnostic.message)
  const byName = subjects.map((subject) => mine.find(({ where }) => isAbout(where, subject)))
  if (subjects.length > 0 && byName.every((one) => one !== undefined)) return [...new Set(byName)]
  const places = [diagnostic.at, ...(diagnostic.also ?? [])]
  const byPlace = places.map((place) =>
    mine.find(({ where }) => spansOf(root, where).some((span) => isIn(place, span))),
  )
  return byPlace.every((one) => one !== undefined) ? [...new Set(byPlace)] : []
}

/** `` `a`, `b` and `c` are ... `` is about a, b and c. */
function subjectsOf(message: string): readonly string[] {
  const first = /`[^`]+`(?:(?:, | and )`[^`]+`)*/.exec(message)?.[0] ?? ''
  return [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** `db` is about `db`, `db.links` and `db cpu`. */
function isAbout(where: string, subject: string): boolean {
  const [wide, narrow] = [withArrow(where), withArrow(subject)]
  return narrow === wide || narrow.startsWith(`${wide}.`) || (!wide.includes(' ') && narrow.split(' ')[0] === wide)
}

const withArrow = (name: string): string => name.replaceAll(/\s*->\s*/g, '→')

const isIn = (place: Span, around: Span): boolean =>
  place.file === around.file && place.offset >= around.offset && place.offset < around.endOffset

/** A path from the top, or the name of something in a section. */
function spansOf(root: MapNode, where: string): readonly Span[] {
  const named = root.entries.flatMap(({ value }) => [...under(value, where), ...deeper(value, where)])
  return [...under(root, where), ...named]
}

/** `policies.edges` and `requirements.objectives` hold names one level down. */
const deeper = (node: Node, where: string): readonly Span[] =>
  node.kind === 'map'
    ? node.entries.flatMap(({ key, value }) => (DEEP.has(key) && value.kind === 'map' ? under(value, where) : []))
    : []

const DEEP: ReadonlySet<string> = new Set(['edges', 'objectives', 'recovery', 'links'])

/** Names may hold dots themselves. */
function under(node: Node, path: string): readonly Span[] {
  if (node.kind !== 'map') return []
  return node.entries.flatMap(({ key, keySpan, value }) => {
    if (withArrow(key) === withArrow(path)) return [{ ...keySpan, endOffset: value.span.endOffset }]
    return path.startsWith(`${key}.`) ? under(value, path.slice(key.length + 1)) : []
  })
}

function ended({ rule, where, until, span }: Accepted): Diagnostic {
  const message = `\`${rule}\` at \`${where}\` was accepted until ${until ?? ''}, which is past: it counts again`
  return { code: 'accepted-ended', severity: 'warning', at: span, message, hint: 'put it right, or move `until`' }
}

function pointless({ rule, where, span }: Accepted, list: readonly Diagnostic[], { codes }: Around): Diagnostic {
  const alike = list.filter(({ code }) => code === rule)
  const isError = alike.some(({ severity }) => severity === 'error')
  const names = [...new Set(alike.flatMap(({ message }) => subjectsOf(message)))]
    .slice(0, 6)
    .map((name) => `\`${name}\``)
  const [near] = codes.has(rule) || alike.length > 0 ? [] : nearestNames(rule, codes.keys())
  const hint = isError
    ? 'a mistake cannot be accepted, only a warning or a note'
    : names.length > 0
      ? `it is found at ${names.join(', ')}`
      : near === undefined
        ? 'remove it, or see whether rule and place are spelled as in the message'
        : `did you mean \`${near}\`?`
  const isPart = alike.some(({ message }) => subjectsOf(message).some((subject) => isAbout(where, subject)))
  const message = isPart
    ? `\`${rule}\` at \`${where}\` is not accepted: the message is about more than that`
    : `there is no \`${rule}\` at \`${where}\` to accept`
  return { code: 'accepted-nothing', severity: 'warning', at: span, message, hint }
}

import type { Component, Design } from '../design/design.ts'
import { type Controls, type SecurityLinkUse, securityLinks } from '../design/security-links.ts'
import type { Breach } from './define.ts'
import { names, otherSpans } from './wording.ts'

/** Whoever wrote nothing about security, but for what is accepted, is not asked about each control. */
export function saysSecurity({ written }: Design): boolean {
  const section = written.get('security')
  return section?.kind === 'map' && section.entries.some(({ key }) => key !== 'accepted')
}

/** Links of a design that says something about security. */
export const securedLinks = (design: Design): readonly SecurityLinkUse[] =>
  saysSecurity(design) ? securityLinks(design) : []

/** Personal, restricted or secret. */
export function isSensitive({ security }: Design, name: string): boolean {
  const declared = security.classes.get(name)
  const { confidentiality = null, isPersonal = null } = declared ?? {}
  return isPersonal === true || confidentiality === 'restricted' || confidentiality === 'secret'
}

export const sensitiveOf = (design: Design, classes: readonly string[]): readonly string[] =>
  classes.filter((name) => isSensitive(design, name))

export const isCritical = ({ security }: Design, name: string): boolean =>
  security.classes.get(name)?.integrity === 'critical'

/** What is asked in a language that inputs can break out of. */
const QUERIED: ReadonlySet<string> = new Set([
  'sql-database',
  'document-store',
  'wide-column-store',
  'columnar-store',
  'search-index',
])

export const isQueried = (component: Component | undefined): boolean =>
  component !== undefined && QUERIED.has(component.kind)

const KEPT: ReadonlySet<string> = new Set([...QUERIED, 'key-value-store', 'object-store', 'file-store'])

/** Keeps what must not be lost; a cache does not. */
export const isStore = (component: Component | undefined): boolean =>
  component !== undefined && KEPT.has(component.kind)

/** `a to b`. */
export const crossed = ({ crossing }: SecurityLinkUse): string =>
  crossing === null ? '' : `, from \`${crossing.from}\` to \`${crossing.to}\``

interface Found {
  readonly links: readonly SecurityLinkUse[]
  readonly control: keyof Controls
  readonly hint: string
  /** What is wrong where the control is stated not to be there. */
  readonly said: (link: SecurityLinkUse) => string
  /** What is not stated, after the links; null: nothing is said of that. */
  readonly unsaid: string | null
}

/** A warning for each link without the control, one note for all of which nobody says. */
export function breachesOf({ links, control, hint, said, unsaid }: Found): readonly Breach[] {
  const without = links.filter(({ controls }) => controls[control] === 'no')
  const open = unsaid === null ? [] : links.filter(({ controls }) => controls[control] === 'not stated')
  const warned = without.map((link): Breach => ({ at: link.at, message: `\`${link.id}\` ${said(link)}`, hint }))
  return [
    ...warned,
    ...noteOf(
      open.map(({ id, at }) => ({ name: id, at })),
      unsaid ?? '',
      hint,
    ),
  ]
}

/** One note about everything of which something is not stated. */
export function noteOf(
  things: readonly { readonly name: string; readonly at: Breach['at'] }[],
  unsaid: string,
  hint: string,
): readonly Breach[] {
  const [first] = things
  if (first === undefined) return []
  const also = otherSpans(things.map(({ at }) => at))
  const message = `${names(
    things.map(({ name }) => name),
    Infinity,
  )}: ${unsaid}`
  return [{ severity: 'note', at: first.at, message, hint, ...(also.length > 0 ? { also } : {}) }]
}

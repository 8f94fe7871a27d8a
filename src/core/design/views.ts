import { nearestNames } from '../base/nearest.ts'
import type { Node } from '../text/document.ts'
import { isMap, isName, listOf, mapOf, oneOf, type Reading, reference, type Schema, text } from '../text/field.ts'
import { optional, readLoosely, record } from '../text/param.ts'
import type { Known } from './known.ts'
import { sectionParams } from './sections.ts'

const viewParams = {
  title: optional(text, { help: 'Its name for people.' }),
  about: optional(text, { help: 'What it shows, and to whom.' }),
  show: optional(listOf(reference), { help: 'Components and actors on it; nothing: all.' }),
  hide: optional(listOf(reference), { help: 'Components and actors that are left out.' }),
  flows: optional(listOf(reference), { help: 'Flows drawn on it; nothing: all.' }),
  'group-by': optional(oneOf('place', 'boundary', 'kind', 'none'), { help: 'What stands together.' }),
}
const view = record(viewParams, 'a view')

/** Section `views`: what a diagram shows. */
export const viewsField = mapOf(view)

/** Everything that a view names exists. */
export function checkViews(node: Node | undefined, { components, flows, missing, reading }: Known): void {
  if (node === undefined || !isMap(node, reading.out, 'a map of views')) return
  for (const { key: name, keySpan, value: written } of node.entries) {
    if (!isName(name, keySpan, reading.out) || !isMap(written, reading.out, 'a view', Object.keys(viewParams))) continue
    const value = readLoosely(written, viewParams, 'a view', reading)
    for (const { value: shown, span } of value.flows ?? []) {
      const message = `the view \`${name}\` shows the flow \`${shown}\`, which does not exist`
      const mistake = { code: 'unknown-flow', name: shown, at: span, message, noun: 'flows' }
      if (!flows.has(shown)) missing.report({ ...mistake, candidates: flows })
    }
    for (const { value: shown, span } of [...(value.show ?? []), ...(value.hide ?? [])]) {
      const message = `the view \`${name}\` names \`${shown}\`, which does not exist`
      const mistake = { code: 'unknown-component', name: shown, at: span, message, noun: 'components' }
      if (!components.has(shown)) missing.report({ ...mistake, candidates: components.keys() })
    }
  }
}

export const environmentsSchema: Schema = {
  type: 'object',
  additionalProperties: { type: 'object', description: 'Sections of the design, merged over it key by key.' },
}

const FIXED = ['loadpath', 'import', 'environments', 'variants']

/** Section `environments`: each holds sections of the design. What is in them is checked when one is chosen. */
export function checkEnvironments(node: Node | undefined, { out }: Reading): void {
  if (node?.kind !== 'map') return
  const names = Object.keys(sectionParams).filter((name) => !FIXED.includes(name))
  for (const { key: environment, value } of node.entries) {
    if (!isMap(value, out, 'an environment, like `{ components: { api: { instances: 1 } } }`')) continue
    for (const { key, keySpan } of value.entries) {
      if (names.includes(key)) continue
      const near = nearestNames(key, names, 1)[0]
      const hint = near === undefined ? `sections: ${names.join(', ')}` : `did you mean \`${near}\`?`
      out.error('unknown-key', keySpan, `the environment \`${environment}\` has no section \`${key}\` to change`, hint)
    }
  }
}

import { createCollector } from '../base/diagnostic.ts'
import type { Entry, MapNode, Node } from '../text/document.ts'
import { deferred, isMap, isName, listOf, type Reading, reference, type Schema, text } from '../text/field.ts'
import { optional, readSettings, recordSchema } from '../text/param.ts'
import { applyChanges, changesOf, settingsOf } from './overlay.ts'

const values: Schema = { type: 'object' }

const variantParams = {
  title: optional(text, { help: 'Its name for people.' }),
  about: optional(text, { help: 'What is different, and why.' }),
  set: optional(deferred('a map from paths to values', values, ['map']), {
    help: 'Values changed, by path: `components.db.shards.count: 1`.',
  }),
  add: optional(deferred('a map from paths to values', values, ['map']), {
    help: 'What is there in addition, by path.',
  }),
  remove: optional(listOf(reference), { help: 'What is gone, by path: `[components.edge]`.' }),
}

export const variantsSchema: Schema = { type: 'object', additionalProperties: recordSchema(variantParams) }

/** Section `variants`: names, once every path of each matches something. */
export function readVariants(node: Node | undefined, root: MapNode, reading: Reading): readonly string[] {
  if (node === undefined || !isMap(node, reading.out, 'a map of variants')) return []
  return node.entries.flatMap((entry) => (checkVariant(entry, root, reading) ? [entry.key] : []))
}

function checkVariant({ key, keySpan, value }: Entry, root: MapNode, reading: Reading): boolean {
  const { out } = reading
  if (!isName(key, keySpan, out)) return false
  if (!isMap(value, out, 'a variant, like `{ set: { components.api.instances: 4 } }`')) return false
  if (readSettings(value, variantParams, 'a variant', reading) === undefined) return false
  const changes = changesOf(value)
  if (changes.length === 0) out.warning('empty-variant', keySpan, `the variant \`${key}\` changes nothing`)
  // A trial on the side: a path that a variant removes first may be missing for its own later changes only.
  const trial = createCollector()
  applyChanges(root, changes, trial)
  for (const diagnostic of trial.list) out.add(diagnostic)
  return true
}

/** `set` of a scenario: every path matches something. */
export function checkSets(scenarios: Node | undefined, root: MapNode, { out }: Reading): void {
  if (scenarios?.kind !== 'map') return
  for (const { value } of scenarios.entries) {
    const set = value.kind === 'map' ? value.get('set') : undefined
    if (set?.kind === 'map') applyChanges(root, settingsOf(set, 'set'), out)
  }
}

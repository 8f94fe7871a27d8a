import { createMap, type Entry, type MapNode, type Node } from '../text/document.ts'
import { deferred, isMap, isName, type Reading, type Schema } from '../text/field.ts'
import { optional, readSettings, recordSchema, required } from '../text/param.ts'
import { readUncertain } from '../text/scalars/assumption.ts'
import type { Quantity } from '../text/scalars/dimension.ts'
import type { Scope } from '../text/scalars/expression.ts'
import { take } from '../text/field.ts'
import type { Step } from './design.ts'
import type { Fragment } from './known.ts'
import { stepsField } from './step-fields.ts'
import { nodesOf } from './step-lists.ts'
import { verbParams } from './step-params.ts'
import { readSteps, settingsOf, type StepContext } from './steps.ts'

const fragmentParams = {
  with: optional(deferred('a map of arguments with their defaults', { type: 'object' }, ['map']), {
    help: 'Arguments with their defaults: `{ items: 30 }`.',
  }),
  steps: required(stepsField, { help: 'Steps that stand wherever the fragment is run.' }),
}

export const fragmentsSchema: Schema = { type: 'object', additionalProperties: recordSchema(fragmentParams) }

/** Section `fragments`: steps that flows share. They are read where they are run, with the arguments given there. */
export function readFragments(node: Node | undefined, reading: Reading): ReadonlyMap<string, Fragment> {
  const fragments = new Map<string, Fragment>()
  const { out } = reading
  if (node === undefined || !isMap(node, out, 'a map of fragments')) return fragments
  for (const { key: name, keySpan, value } of node.entries) {
    if (!isName(name, keySpan, out) || !isMap(value, out, 'a fragment, like `{ steps: [...] }`')) continue
    const values = readSettings(value, fragmentParams, 'a fragment', reading)?.values
    if (values === undefined) continue
    const defaults = values.with?.kind === 'map' ? values.with : null
    fragments.set(name, { name, defaults, steps: values.steps, keySpan, home: null })
  }
  return fragments
}

/** `run`: the steps of the fragment, with its arguments in scope. */
export function readRun(map: MapNode, _entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.run, 'run', context)
  if (values === undefined) return []
  const { known, reading, who, fragments: running } = context
  const { value: name, span } = values.run
  const fragment = known.fragments.get(name)
  if (fragment === undefined) {
    const message = `${who} runs \`${name}\`, which does not exist`
    const mistake = { code: 'unknown-fragment', name, at: span, message, noun: 'fragments' }
    known.missing.report({ ...mistake, candidates: known.fragments.keys() })
    return []
  }
  known.usage.fragments.add(name)
  if (running.includes(name)) {
    const path = [...running.slice(running.indexOf(name)), name].map((each) => `\`${each}\``).join(' -> ')
    reading.out.error('fragment-cycle', span, `the fragment \`${name}\` runs itself: ${path}`)
    return []
  }
  const given = values.with?.kind === 'map' ? values.with : createMap([], span)
  const scope = scopeWithArguments(fragment, given, context)
  const home = fragment.home ?? known
  const inside = { ...context, known: home, reading: { ...reading, scope }, fragments: [...running, name] }
  return readSteps(nodesOf(fragment.steps), inside)
}

/** Arguments hide names of `assume`; their values are read in the scope of whoever runs the fragment. */
function scopeWithArguments(fragment: Fragment, given: MapNode, { reading }: StepContext): Scope {
  const { defaults, name } = fragment
  const known = defaults?.entries.map(({ key }) => key) ?? []
  for (const { key, keySpan } of given.entries) {
    if (known.includes(key)) continue
    const list = known.length === 0 ? 'it has none' : `it has ${known.map((each) => `\`${each}\``).join(', ')}`
    reading.out.error('unknown-key', keySpan, `the fragment \`${name}\` has no argument \`${key}\``, list)
  }
  const values = new Map<string, Quantity>()
  for (const { key, value } of defaults?.entries ?? []) {
    const written = take(readUncertain(given.get(key) ?? value, { scope: reading.scope }), reading)
    if (written !== undefined) values.set(key, written.is)
  }
  const scope = fragment.home?.reading.scope ?? reading.scope
  return {
    get: (asked) => values.get(asked) ?? scope.get(asked),
    names: () => [...values.keys(), ...scope.names()],
    onUse: (used) => {
      if (!values.has(used)) scope.onUse?.(used)
    },
    isBroken: (asked) => known.includes(asked) || scope.isBroken?.(asked) === true,
  }
}

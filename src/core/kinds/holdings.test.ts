import { describe, expect, it } from 'vitest'
import { explainSettings } from '../design/explain-settings.ts'
import { prepare } from '../prepare.ts'
import { kinds } from './index.ts'

/** The least that a kind with such parts needs. */
const leastOf: Readonly<Record<string, string>> = {
  tables: 'tables: { t: { rows: 1 k } }',
  keyspaces: 'keyspaces: { t: { keys: 1 k } }',
  topics: 'topics: { t: {} }',
  objects: 'objects: { t: { count: 1 k } }',
  files: 'files: { t: { count: 1 k } }',
}

const keeping = kinds.filter(({ parts }) => parts !== null && Object.hasOwn(leastOf, parts))

describe.each(keeping.map((kind) => ({ id: kind.id, kind })))('what a component of kind $id keeps', ({ kind }) => {
  const text = `loadpath: 1\ncomponents: { it: { kind: ${kind.id}, ${leastOf[kind.parts ?? '']} } }\n`
  const settings = { file: 'a.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const component = prepare(text, settings).design?.components.get('it')

  it('is named part by part, each figure with the setting that it comes from', () => {
    expect(component).toBeDefined()
    if (component === undefined) return
    const holdings = kind.holdingsOf(component.settings)
    expect(holdings.map(({ part }) => part)).toEqual(['t'])
    const known = explainSettings(component, kinds).map(({ path }) => path)
    const partKeys = Object.keys(kind.params[kind.parts ?? '']?.field.each?.params ?? {})
    const paths = holdings.flatMap(({ count, each, overheads, packed, copies, popularity, keep }) =>
      [count, each, ...overheads, packed, copies, popularity, keep].flatMap((one) => (one === null ? [] : [one])),
    )
    for (const { path, value } of paths) {
      expect(Number.isFinite(value)).toBe(true)
      const [first, , key = ''] = path.split('.')
      const isOfPart = first === kind.parts && partKeys.includes(key)
      const isKnown = path === '' || known.some((one) => one === path || one.startsWith(`${path}.`))
      expect([path, isOfPart || isKnown]).toEqual([path, true])
    }
  })
})

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { unseenCodes } from '../scripts/reference/diagnostics-page.ts'
import { exampleDesign, kindExamples } from '../scripts/reference/kind-examples.ts'
import { expressionNotes, indicatorNotes, lawNotes, quantityNotes } from '../scripts/reference/language-notes.ts'
import { flatParams, unknownMaps } from '../scripts/reference/params.ts'
import { referencePages } from '../scripts/reference.ts'
import { faultKinds } from '../src/core/design/fault-params.ts'
import { kinds } from '../src/core/kinds/index.ts'
import { prepare } from '../src/core/prepare.ts'
import type { Node } from '../src/core/text/document.ts'
import type { Schema } from '../src/core/text/field.ts'
import type * as ParamModule from '../src/core/text/param.ts'
import type { Params } from '../src/core/text/param.ts'
import { parse } from '../src/core/text/parse.ts'
import { readDistribution } from '../src/core/text/scalars/distribution.ts'
import { scopeOf } from '../src/core/text/scalars/expression.ts'
import { readPopularity } from '../src/core/text/scalars/popularity.ts'
import { readNumber } from '../src/core/text/scalars/quantity.ts'

const made = vi.hoisted(() => new WeakMap<object, unknown>())

/** A map keeps its keys to itself; the reference lists them, so they are noted here when a map is defined. */
vi.mock('../src/core/text/param.ts', async (original) => {
  const real = await original<typeof ParamModule>()
  const recordSchema = (params: Params): Schema => {
    const schema = real.recordSchema(params)
    made.set(schema, params)
    return schema
  }
  const record: typeof real.record = (params, what) => {
    const field = real.record(params, what)
    made.set(field.schema, params)
    return field
  }
  return { ...real, record, recordSchema }
})

const paramsOf = (schema: Schema): Params | undefined => made.get(schema) as Params | undefined
const root = path.resolve(import.meta.dirname, '../docs/reference')
const pages = await referencePages(paramsOf)

describe('the reference', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeAll()

  for (const [name, text] of pages) {
    it(`${name} is what the product says (UPDATE_GOLDEN=1 writes it)`, () => {
      const file = path.join(root, name)
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text)
    })
  }

  it('has no page that nothing makes', () => {
    expect(written().filter((name) => !pages.has(name))).toEqual([])
  })
})

describe('the examples of kinds', () => {
  for (const kind of kinds) {
    it(`${kind.id} is a design without a mistake or a warning`, () => {
      const example = kindExamples[kind.is ?? kind.id]!
      const text = exampleDesign(kind.id, example)
      const { models, diagnostics } = prepared(text)
      const wrong = diagnostics.filter(({ severity }) => severity !== 'note')
      expect(wrong.map(({ code, message }) => `${code}: ${message}`)).toEqual([])
      expect(models).toHaveLength(1)
    })
  }
})

/** Kind of the example and what is hit there, where a cache will not do. */
const faulty: Readonly<Record<string, readonly [string, string]>> = {
  burst: ['cache', 'ask'],
  throttle: ['key-value-store', 'sessions'],
  failover: ['sql-database', 'db'],
}

describe('the examples of the language', () => {
  const scope = scopeOf(
    new Map([
      ['users', { value: 12_000_000, dimension: 'count' } as const],
      ['online', { value: 0.08, dimension: 'ratio' } as const],
      ['think', { value: 3, dimension: 'time' } as const],
    ]),
  )
  const nodeOf = (text: string): Node => parse(`value: ${text}`, { file: 'x' }).document!.root.get('value')!

  for (const { dimension, forms } of quantityNotes) {
    it(`of ${dimension} are read as such`, () => {
      const read = (node: Node) => (dimension === 'popularity' ? readPopularity(node) : readNumber(node, dimension))
      expect(forms.filter((form) => !read(nodeOf(form)).isValid)).toEqual([])
    })
  }

  it('of laws are read as such', () => {
    const wrong = lawNotes.filter(([form, dimension]) => !readDistribution(nodeOf(form), dimension).isValid)
    expect(wrong).toEqual([])
  })

  it('of expressions give what they say', () => {
    const wrong = expressionNotes.filter(([form, dimension]) => !readNumber(nodeOf(form), dimension, { scope }).isValid)
    expect(wrong).toEqual([])
  })

  for (const kind of faultKinds) {
    it(`of the fault ${kind} play`, () => {
      const [of, target] = faulty[kind] ?? ['cache', 'hot']
      const times = ['slow', 'burst', 'throttle'].includes(kind) ? ', times: 2' : ''
      const span = ['flush', 'disconnect', 'failover'].includes(kind) ? '' : 'for: 10 s, '
      const scenario = `scenarios: { trouble: { faults: [{ at: 10 s, ${span}${kind}: ${target}${times} }] } }\n`
      const { models, diagnostics } = prepared(exampleDesign(of, kindExamples[of]!) + scenario, ['trouble'])
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(models[0]?.faults).toHaveLength(1)
    })
  }

  for (const [name, { of, example }] of Object.entries(indicatorNotes)) {
    it(`of ${name} can be asked of ${of.join(', ')} alone`, () => {
      const subjects = { flow: 'ask', component: 'log', system: 'system' } as const
      const allowed = Object.entries(subjects).flatMap(([kind, subject]) => {
        const design = exampleDesign('stream', kindExamples['stream']!)
        const { models } = prepared(`${design}requirements: { objectives: { ${subject}: ['${example}'] } }\n`)
        return models.length > 0 ? [kind] : []
      })
      expect(allowed).toEqual(of)
    })
  }
})

it('lists the keys of every map in the settings of kinds', () => {
  const growing = /^(?:tables\.rows|objects\.count|files\.count)$/
  const unknown = kinds.flatMap(({ id, params }) => unknownMaps(params, paramsOf).map((at) => ({ id, at })))
  expect(unknown.filter(({ at }) => !growing.test(at))).toEqual([])
})

it('has a row for every setting that is kept and not simulated, and for every preset', () => {
  const missing = kinds.flatMap((kind) => {
    const rows = new Set(flatParams(kind.params, paramsOf).map(({ path: at }) => at.replaceAll('<name>', '*')))
    const named = [...Object.keys(kind.withoutEffect), ...Object.keys(kind.presets)]
    return named.filter((at) => !rows.has(at)).map((at) => `${kind.id}: ${at}`)
  })
  expect(missing).toEqual([])
})

it('says of every key of a result what it means', () => {
  const rows = [...pages.get('results.md')!.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)]
  const silent = rows.filter(
    ([, key = '', rest = '']) => !key.includes('.errors.') && rest.split('|').at(-1)?.trim() === '',
  )
  expect(rows.length).toBeGreaterThan(100)
  expect(silent.map(([, key]) => key)).toEqual([])
})

it('knows how bad every code is, but for those that the source puts together', () => {
  expect(unseenCodes()).toEqual([
    'usage',
    'environment',
    'unknown-part',
    'unknown-path',
    'unknown-variant',
    'unknown-environment',
    'metastable-range',
    'not-survived',
    'goal-missed',
  ])
})

const prepared = (text: string, scenarios: readonly string[] = ['baseline']) =>
  prepare(text, { file: 'example.yaml', variant: null, scenarios, sets: [], limits: {} })

function writeAll(): void {
  for (const name of written().filter((one) => !pages.has(one))) rmSync(path.join(root, name))
  for (const [name, text] of pages) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), text)
  }
}

function written(): readonly string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.md')).map((name) => name.replaceAll(path.sep, '/'))
}

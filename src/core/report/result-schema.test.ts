import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { handMadeModel, objective, outcome, run } from '../result/fixture.test-support.ts'
import { summarize } from '../result/summarize.ts'
import { estimateWithRanges, prepare } from '../index.ts'
import { envelope, estimateEnvelope, toJson } from './envelope.ts'
import { estimateJson } from './estimate-json.ts'
import { resultSchema, type Schema } from './result-schema.ts'

const committed = new URL('../../../schema/result.schema.json', import.meta.url)

it('is what is committed (loadpath schema result > schema/result.schema.json)', () => {
  expect(readFileSync(committed, 'utf8')).toBe(toJson(resultSchema()))
})

it('accepts a result, and refuses it with a key too many or too few', () => {
  const model = handMadeModel({ objectives: [objective('p99', '<', 0.001)] })
  const facts = { hash: 'h', seed: 1, warmup: 10, status: 'complete' as const, wall: 0, timeline: null, trust: [] }
  const result = summarize(model, [outcome(run()), outcome(run())], facts)
  const whole: Schema = JSON.parse(
    toJson(envelope({ version: '1', diagnostics: [], results: [result, { ...result, scenario: 'b' }] })),
  )
  expect(mismatches(resultSchema(), whole)).toEqual([])
  expect(mismatches(resultSchema(), { ...whole, more: 1 })).not.toEqual([])
  expect(mismatches(resultSchema(), { ...whole, loadpath: 1 })).not.toEqual([])
})

it('accepts an estimate, and refuses it with a key too many', () => {
  const text = `loadpath: 1
load: { people: { population: 10, think: 1 s, mix: { ask: 100% } } }
components: { api: { kind: service }, db: { kind: postgres, tables: { t: { rows: { is: 1 M, range: 1 M..2 M } } } } }
flows: { ask: { from: people, steps: [{ call: api, do: [{ read: db.t }] }] } }
`
  const prepared = prepare(text, { file: 'a.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} })
  const whole = estimateWithRanges(prepared)
  expect(whole).not.toBeNull()
  if (whole === null) return
  const result = { design: { name: '', hash: 'h' }, scenario: 'baseline', variant: null, estimate: estimateJson(whole) }
  const printed: Schema = JSON.parse(toJson(estimateEnvelope({ version: '1', diagnostics: [] }, result)))
  expect(mismatches(resultSchema(), printed)).toEqual([])
  expect(mismatches(resultSchema(), { ...printed, result: { ...result, more: 1 } })).not.toEqual([])
})

/** The part of JSON Schema that our schema uses. */
function mismatches(root: Schema, value: unknown, schema: Schema = root, at = '$'): readonly string[] {
  const go = (inner: Schema, v: unknown, where: string) => mismatches(root, v, inner, where)
  const { $ref, anyOf, type, properties, required, additionalProperties, items } = schema as {
    $ref?: string
    anyOf?: Schema[]
    type?: string
    properties?: Record<string, Schema>
    required?: string[]
    additionalProperties?: false | Schema
    items?: Schema
  }
  if (at !== '$' && $ref)
    return go((root['$defs'] as Record<string, Schema>)[$ref.split('/').at(-1) ?? ''] ?? {}, value, at)
  if (anyOf) return anyOf.some((option) => go(option, value, at).length === 0) ? [] : [`${at}: none of anyOf`]
  if (schema['enum']) return (schema['enum'] as unknown[]).includes(value) ? [] : [`${at}: not in enum`]
  if (type === 'array')
    return Array.isArray(value) ? value.flatMap((v, i) => go(items ?? {}, v, `${at}[${i}]`)) : [`${at}: no array`]
  if (type === 'object') {
    if (typeof value !== 'object' || value === null) return [`${at}: no object`]
    const missing = (required ?? []).filter((key) => !(key in value)).map((key) => `${at}.${key} is missing`)
    return Object.entries(value).reduce<string[]>((all, [key, v]) => {
      const known = properties?.[key] ?? (additionalProperties || undefined)
      return known ? [...all, ...go(known, v, `${at}.${key}`)] : [...all, `${at}.${key} is unknown`]
    }, missing)
  }
  const kind = value === null ? 'null' : typeof value
  const wanted = type === 'integer' ? 'number' : type
  const isInRange =
    typeof value !== 'number' ||
    (value >= ((schema['minimum'] as number) ?? -Infinity) && value <= ((schema['maximum'] as number) ?? Infinity))
  return kind === wanted && isInRange ? [] : [`${at}: ${kind} is no ${type}`]
}

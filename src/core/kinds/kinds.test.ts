import { describe, expect, it } from 'vitest'
import type { Schema } from '../text/field.ts'
import { kinds } from './index.ts'
import { fingerprint, make, settingsOf } from './kinds.test-support.ts'

/** The least that a component of a kind has to say. */
const least: Readonly<Record<string, string>> = {
  cdn: 'keyspaces: { k: { keys: 1 k } }',
  cache: 'keyspaces: { k: { keys: 1 k } }',
  'sql-database': 'tables: { t: { rows: 1 k } }',
  'document-store': 'tables: { t: { rows: 1 k } }',
  'wide-column-store': 'tables: { t: { rows: 1 k } }',
  'key-value-store': 'tables: { t: { rows: 1 k } }',
  'search-index': 'tables: { t: { rows: 1 k } }',
  'columnar-store': 'tables: { t: { rows: 1 k } }',
  'object-store': 'objects: { o: { count: 1 k } }',
  'file-store': 'files: { f: { count: 1 k } }',
  stream: 'topics: { t: {} }',
  'pub-sub': 'topics: { t: {} }',
  external: 'latency: 100 ms',
}

const general = kinds.filter(({ is }) => is === null)

describe('kinds', () => {
  it('have ids and aliases that mean one of them each', () => {
    const names = kinds.flatMap(({ id, aliases }) => [id, ...aliases])
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('of the language are all there', () => {
    const names = new Set(kinds.flatMap(({ id, aliases }) => [id, ...aliases]))
    const wanted =
      'client dns cdn waf load-balancer nginx haproxy envoy alb api-gateway service function worker scheduler ' +
      'realtime-gateway cache redis memcached sql-database postgres mysql document-store mongodb wide-column-store ' +
      'cassandra key-value-store key-value dynamodb search-index elasticsearch columnar-store columnar clickhouse ' +
      'object-store s3 file-store stream kafka queue rabbitmq sqs pub-sub nats sns lock-service etcd ' +
      'identity-provider external station'
    expect(wanted.split(' ').filter((name) => !names.has(name))).toEqual([])
  })

  for (const kind of kinds) {
    it(`${kind.id}: its defaults can be read, are no problem, and build`, () => {
      const made = make(kind.id, `{ ${least[kind.is ?? kind.id] ?? ''} }`)
      expect(made.problems).toEqual([])
      expect(made.groups.length).toBeGreaterThan(0)
      expect(
        kind.verbs.filter((verb) => verbs[verb] !== undefined && made.behaviour[verbs[verb]] === undefined),
      ).toEqual([])
    })

    it(`${kind.id}: says what it models, and what it does not`, () => {
      expect(kind.about.length).toBeGreaterThan(20)
      expect(kind.models.length).toBeGreaterThan(0)
      expect(kind.doesNotModel.length).toBeGreaterThan(0)
    })
  }

  it('that are technologies have presets that change something, each with a source', () => {
    for (const kind of kinds.filter(({ is }) => is !== null)) {
      const presets = Object.entries(kind.presets)
      expect(presets.length, kind.id).toBeGreaterThan(0)
      expect(presets.filter(([, { source }]) => source.length < 10)).toEqual([])
      const general = kind.is ?? ''
      expect(settingsOf(kind, `{ ${least[general] ?? ''} }`), kind.id).toBeDefined()
    }
  })

  it('that are general have not the same settings and the same steps', () => {
    const prints = general.map((kind) => {
      const made = make(kind.id, `{ ${least[kind.id] ?? ''} }`)
      return `${Object.keys(kind.params).toSorted().join()} ${kind.verbs.join()} ${fingerprint(made)}`
    })
    expect(new Set(prints).size).toBe(prints.length)
  })

  it('name the source of each default that somebody measured', () => {
    const unsourced = general.flatMap((kind) =>
      Object.entries(kind.params).flatMap(([key, param]) => {
        const own = param.default === null || param.source !== '' ? [] : [`${key}: ${param.default}`]
        return [...own, ...defaultsWithoutSource(param.field.schema, key)].filter(isMeasured)
      }),
    )
    expect([...new Set(unsourced)].filter((one) => !choices.has(one.slice(0, one.indexOf(':'))))).toEqual([])
  })
})

const verbs: Readonly<Record<string, keyof ReturnType<typeof make>['behaviour']>> = {
  call: 'call',
  get: 'get',
  put: 'put',
  read: 'read',
  write: 'write',
  tx: 'commit',
  publish: 'publish',
  consume: 'consume',
  push: 'push',
  hold: 'hold',
}

/** What the author of a design decides: a size, a number of machines, what a queue holds. */
const choices = new Set(['size.memory', 'size.disk.space', 'memory', 'instances', 'replicas.count', 'shards.count'])

/** A value with a unit, or a law; words and plain counts are choices. */
const isMeasured = (one: string): boolean =>
  /: .*(?:\d ?(?:us|ms|s|min|h|d|B|KB|KiB|MB|GB|%|\/s)\b|\(|%$|p50)/.test(one)

/** The description of a default ends with `Default: value (source).` */
function defaultsWithoutSource(schema: Schema, path: string): readonly string[] {
  const options = (schema['anyOf'] ?? []) as readonly Schema[]
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>)
  const inner = typeof schema['additionalProperties'] === 'object' ? (schema['additionalProperties'] as Schema) : null
  return [
    ...options.flatMap((option) => defaultsWithoutSource(option, path)),
    ...(inner === null ? [] : defaultsWithoutSource(inner, `${path}.*`)),
    ...properties.flatMap(([key, value]) => {
      const text = value['description']
      const said = typeof text === 'string' ? /Default: (.*)\.$/.exec(text)?.[1] : undefined
      const own = said === undefined || /\(.{6,}\)$/.test(said) ? [] : [`${path}.${key}: ${said}`]
      return [...own, ...defaultsWithoutSource(value, `${path}.${key}`)]
    }),
  ]
}

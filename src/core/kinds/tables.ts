import { assert } from '../base/assert.ts'
import type { Bytes } from '../base/units.ts'
import { type Distribution, fixed } from '../model/distribution.ts'
import type { Node } from '../text/document.ts'
import { type Field, listOf, mapOf, type Named, oneOf, type Reading, text } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { bytesField, countField, growingField, lawField, popularityField, rateField } from '../text/quantity-fields.ts'
import type { Part, SettingsProblem } from './define.ts'
import { checkNotEmpty } from './named-parts.ts'

/** Time that a table has grown for when only its growth is known: 30 days (assumption). */
const GROWN_FOR = 30 * 86_400

/** Rows of a table: `50 M`, `{ is: 2 G, growth: 17 M/d }`, or its growth alone. */
export const rowsField: Field<number> = {
  form: 'a number of rows, or `{ is, range, growth, why }`',
  schema: {
    anyOf: [
      { type: ['string', 'number'] },
      {
        type: 'object',
        properties: {
          is: { type: ['string', 'number'] },
          range: { type: 'string' },
          growth: rateField().schema,
          why: { type: 'string' },
        },
        additionalProperties: false,
      },
    ],
  },
  read: (node, reading) => (isGrowthAlone(node) ? readGrowth(node, reading) : readRows(node, reading)),
}

const isGrowthAlone = (node: Node): boolean =>
  node.kind === 'map' && node.get('is') === undefined && node.get('growth') !== undefined

function readRows(node: Node, reading: Reading): number | undefined {
  const bounded = countField({ min: 1 }).read(node, reading)
  if (node.kind !== 'map' || bounded === undefined) return bounded
  return growingField('count').read(node, reading) === undefined ? undefined : bounded
}

const growthRecord = record(
  {
    growth: required(rateField({ above: 0 }), { help: 'Rows that are added per time.' }),
    why: optional(text, { help: 'Where the number comes from.' }),
  },
  'a growing table',
)

function readGrowth(node: Node, reading: Reading): number | undefined {
  const found = growthRecord.read(node, reading)
  return found === undefined ? undefined : Math.max(1, found.growth * GROWN_FOR)
}

const indexField = record({ columns: required(listOf(text), { help: 'What it orders by.' }) }, 'an index')

const accessField = record(
  {
    by: required(text, {
      effect: { at: 'scan', moves: ['mean up', 'success down', 'warnings up'] },
      help: '`key`, the name of an index, or `scan`.',
    }),
    rows: withDefault(lawField('count'), '1', {
      effect: { at: '500', moves: ['mean up'] },
      help: 'Rows that one access returns.',
    }),
  },
  'an access path',
)

export const tableField = record(
  {
    rows: required(rowsField, {
      effect: { at: '2 G', moves: ['mean up', 'cost up'] },
      help: 'How many; it is the size that counts, not the growth during a run.',
    }),
    row: withDefault(bytesField({ above: 0 }), '300 B', {
      effect: { at: '20 KB', moves: ['mean up'] },
      help: 'Size of a row.',
      source: 'assumption: a short record of text, ids and counters',
      range: '40 B..3 KB',
    }),
    key: optional(listOf(text), { help: 'Columns of the key; with `shards.by` they say whether one shard is enough.' }),
    popularity: withDefault(popularityField, 'uniform', {
      effect: { at: 'zipf(1.4)', moves: ['hottest up', 'wait down'] },
      help: 'How unevenly its keys are asked for.',
      source: 'assumption: a cache before it takes what is popular',
      range: 'uniform..zipf(1.2)',
    }),
    indexes: withDefault(mapOf(indexField), '{}', { help: 'Further indexes; each write maintains all of them.' }),
    access: withDefault(mapOf(accessField), '{}', {
      help: 'Ways to read it, by name; without one a read goes by key.',
    }),
  },
  'a table',
)

export const tablesField = mapOf(tableField)

export interface Table {
  readonly rows: number
  readonly row: Bytes
  readonly key: readonly string[] | null
  readonly popularity: number
  readonly indexes: ReadonlyMap<string, Named<{ readonly columns: readonly string[] }>>
  readonly access: ReadonlyMap<string, Named<{ readonly by: string; readonly rows: Distribution }>>
}

export type Tables = ReadonlyMap<string, Named<Table>>

export const tableParts = (tables: Tables): ReadonlyMap<string, Part> =>
  new Map([...tables].map(([name, { value }]) => [name, { kind: 'table', paths: [...value.access.keys()] }]))

/** Access paths go by the key, by an index that there is, or over all rows. @param ways  further words of a kind */
export function checkTables(tables: Tables, ways: readonly string[] = []): readonly SettingsProblem[] {
  const problems = [...tables].flatMap(([name, { value }]) =>
    [...value.access].flatMap(([path, { value: access }]): readonly SettingsProblem[] => {
      const words = ['key', ...value.indexes.keys(), ...ways, 'scan']
      if (words.includes(access.by)) return []
      const message = `\`${name}.${path}\` goes by \`${access.by}\`, which is no index of \`${name}\``
      const hint = `it may go by ${words.map((one) => `\`${one}\``).join(', ')}`
      return [{ severity: 'error', code: 'unknown-index', param: 'tables', message, hint }]
    }),
  )
  return [...problems, ...checkNotEmpty(tables, 'tables')]
}

/** How one read finds its rows. */
export interface Path {
  readonly by: 'key' | 'index' | 'scan'
  readonly rows: Distribution
  /** Columns that the access knows; null = not stated. */
  readonly columns: readonly string[] | null
}

export function pathOf(table: Table, path: string | null): Path {
  if (path === null) return { by: 'key', rows: fixed(1), columns: table.key }
  const access = table.access.get(path)?.value
  assert(access !== undefined, `access path ${path} was found before`)
  const { by, rows } = access
  if (by === 'key') return { by: 'key', rows, columns: table.key }
  if (by === 'scan') return { by: 'scan', rows, columns: null }
  return { by: 'index', rows, columns: table.indexes.get(by)?.value.columns ?? null }
}

export function tableOf(tables: Tables, part: string | null): { readonly name: string; readonly table: Table } {
  const [only] = tables
  const found = part === null ? only : ([part, tables.get(part)] as const)
  assert(found?.[1] !== undefined, `table ${part ?? ''} was found before`)
  return { name: found[0], table: found[1].value }
}

/** How a table is laid out, for technologies. */
export const layoutField = oneOf('heap', 'clustered')

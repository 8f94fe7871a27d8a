import { describe, expect, it } from 'vitest'
import { kinds } from '../kinds/index.ts'
import { parse } from '../text/parse.ts'
import { explainSettings } from './explain-settings.ts'
import { validate } from './validate.ts'

const text = `loadpath: 1
name: shop
load: { users: { rate: 1/s, mix: { ask: 100% } } }
components:
  hot:
    kind: redis
    memory: 2 GiB
    keyspaces: { k: { keys: 10, value: 1 KB } }
  db: { kind: postgres, replicas: 2, tables: { t: { rows: 10 } } }
flows:
  ask: { from: users, steps: [{ get: hot.k }, { read: db.t }] }
`

describe('where the numbers of a component come from', () => {
  const { document } = parse(text, { file: 'shop.yaml' })
  const { components } = validate(document!, kinds).design!
  const rowsOf = (id: string) => new Map(explainSettings(components.get(id)!, kinds).map((row) => [row.path, row]))
  const rows = rowsOf('hot')
  it('is the line, for what was written', () => {
    expect(rows.get('memory')).toMatchObject({ value: '2 GiB', from: 'line 7' })
  })
  it('is the technology and its source, for what that sets', () => {
    expect(rows.get('work.command')?.from).toBe('redis')
    expect(rows.get('work.command')?.source).toMatch(/Redis documentation.*20\d\d/)
  })
  it('is the default of the general kind, for the rest', () => {
    expect(rows.get('evict')).toMatchObject({ from: 'redis' })
    expect(rows.get('sla')).toMatchObject({ value: 'none', from: 'default' })
  })
  it('shows the keys of a map that was written as one of them, or not at all', () => {
    const db = rowsOf('db')
    expect(db.get('replicas.count')).toMatchObject({ value: '2', from: 'line 9' })
    expect(db.get('replicas.failover.detect')).toMatchObject({ value: '30 s', from: 'default' })
    expect(db.get('shards.count')).toMatchObject({ value: '1', from: 'default' })
  })
})

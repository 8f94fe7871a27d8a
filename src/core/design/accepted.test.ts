import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { prepare } from '../prepare.ts'

const design = (accepted: string): string => `loadpath: 1
name: shop
requirements: { objectives: { ask: [success > 99.95%] } }
load: { users: { rate: 10/s, mix: { ask: 100% } } }
components:
  api: { kind: service, instances: 2 }
  db: { kind: postgres, tables: { people: { rows: 1 M, key: id } } }
assume: { spare: 3 }
flows:
  ask: { from: users, steps: [{ call: api, policy: { timeout: 1 s, retry: 2 }, do: [{ read: db.people }] }] }
${accepted}
`

interface Options {
  readonly today?: string
  readonly variant?: string
}

function found(accepted: string, { today, variant }: Options = {}): readonly Diagnostic[] {
  const options = { file: 'shop.yaml', variant: variant ?? null, scenarios: 'all', sets: [], limits: {} } as const
  return prepare(design(accepted), today === undefined ? options : { ...options, today }).diagnostics
}

const said = (list: readonly Diagnostic[]): readonly string[] =>
  list.map(({ code, severity, accepted }) => `${code} ${severity}${accepted === undefined ? '' : ' accepted'}`)

const one = (entry: string): string => `accepted: [{ reason: known, ${entry} }]`

describe('an accepted finding', () => {
  it('is a warning before', () => {
    expect(said(found(''))).toEqual(['single-instance warning', 'unused warning', 'unbraked-retry warning'])
  })

  it.each([
    ['single-instance', 'db'],
    ['single-instance', 'components.db'],
    ['single-instance', 'components'],
    ['unbraked-retry', 'ask'],
    ['unbraked-retry', 'flows.ask.steps'],
    ['unbraked-retry', 'users->api'],
    ['unused', 'assume.spare'],
  ])('is a note: %s at %s', (code, where) => {
    const list = found(one(`rule: ${code}, where: ${where}`))
    expect(list).toHaveLength(3)
    expect(list.filter(({ accepted }) => accepted !== undefined)).toEqual([
      expect.objectContaining({
        code,
        severity: 'note',
        accepted: { severity: 'warning', reason: 'known', owner: null, until: null },
      }),
    ])
  })

  it('about several things takes all of them', () => {
    const both = 'variants: { both: { add: { policies.default: { timeout: 1 s, retry: 2 } } } }\n'
    const first = '{ rule: unbraked-retry, where: users -> api, reason: a }'
    const second = '{ rule: unbraked-retry, where: api -> db, reason: b }'
    const saidOf = (...list: readonly string[]) =>
      said(found(`${both}accepted: [${list.join(', ')}]`, { variant: 'both' }))
    expect(saidOf(first)).toContain('unbraked-retry warning')
    expect(saidOf(first, second)).toContain('unbraked-retry note accepted')
  })

  it('does not hide the same finding elsewhere, nor another one there', () => {
    expect(said(found(one('rule: single-instance, where: api')))).toEqual([
      'single-instance warning',
      'unused warning',
      'unbraked-retry warning',
      'accepted-nothing warning',
    ])
    expect(said(found(one('rule: overload, where: db')))).toContain('single-instance warning')
  })

  it('counts again after its last day, and the message says so', () => {
    const entry = one('rule: single-instance, where: db, owner: Ada, until: 2026-12-31')
    expect(said(found(entry, { today: '2026-12-31' }))).toContain('single-instance note accepted')
    const after = found(entry, { today: '2027-01-01' })
    expect(said(after)).toContain('single-instance warning')
    expect(after.find(({ code }) => code === 'accepted-ended')?.message).toContain('until 2026-12-31')
  })

  it('is one, too, among the risks of security', () => {
    const entry = '{ rule: single-instance, where: db, reason: known, owner: Ada, until: 2026-12-31 }'
    const list = said(found(`security: { accepted: [${entry}] }`, { today: '2026-01-01' }))
    expect(list).toContain('single-instance note accepted')
    expect(list).not.toContain('not-checked-yet note')
  })

  it('may fit nothing in a variant', () => {
    const variants = 'variants: { two: { set: { components.db.instances: 2 } } }\n'
    const entry = one('rule: single-instance, where: db')
    const variant = 'two'
    expect(said(found(variants + entry, { variant }))).not.toContain('accepted-nothing warning')
  })

  it('says what was meant', () => {
    const hint = (entry: string): string | undefined =>
      found(one(entry)).find(({ code }) => code === 'accepted-nothing')?.hint
    expect(hint('rule: single-instance, where: api')).toBe('it is found at `db`')
    expect(hint('rule: single-instence, where: db')).toBe('did you mean `single-instance`?')
  })
})

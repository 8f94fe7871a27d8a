import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { type BackOfEnvelope, estimate, type Line, type Model, simulate, solve } from '../../src/core/index.ts'
import { names, prepareExample } from '../examples/play.ts'

/** Of every example: the estimate is arithmetic that can be done again, and what it says is what is played. */
const subjects = names.map((name) => {
  const { design, models } = prepareExample(name, ['baseline'])
  const [model] = models
  if (design === null || model === undefined) throw new Error(`${name} cannot be prepared`)
  return { name, model, whole: estimate(design, model) }
})

describe.each(subjects)('the estimate of $name', ({ whole }) => {
  it('has formulas that give its values', () => {
    const wrong = whole.lines.filter(isArithmetic).flatMap((line) => {
      const value = evaluated(line)
      const rounded = line.rounding === 'none' ? value : Math.ceil(value - 1e-9 * Math.max(1, Math.abs(value)))
      const isRight = Math.abs(rounded - line.value) <= 1e-9 * Math.max(1e-9, Math.abs(line.value))
      return isRight ? [] : [{ id: line.id, formula: line.formula, value: line.value, rounded }]
    })
    expect(wrong).toEqual([])
  })

  it('has lines that carry the values of the lines they are made of, which come before them', () => {
    const before = new Map<string, number>()
    for (const line of whole.lines) {
      for (const { from, value } of line.inputs) if (from.kind === 'line') expect(before.get(from.id)).toBe(value)
      expect(before.has(line.id)).toBe(false)
      expect(Number.isFinite(line.value)).toBe(true)
      before.set(line.id, line.value)
    }
  })
})

/** Words stand for what no four operations give: ranks of a law, rounds of a random number of things. */
const isArithmetic = ({ formula }: Line): boolean => !/ranks of|rounded up|of the shape/.test(formula)

const tokens: readonly (readonly [string | RegExp, string])[] = [
  [/(\d+) × 365 d/g, '($1 * 31536000)'],
  ['86 400 s', '86400'],
  ['730 h', '2628000'],
  ['1 I/O', '1'],
  [' to the power of ', ' ** '],
  ['the largest of (', 'Math.max('],
  ['×', '*'],
  ['−', '-'],
]

function evaluated({ formula, inputs }: Line): number {
  const byLength = inputs.toSorted((a, b) => b.name.length - a.name.length)
  const marked = byLength.reduce((text, { name }, i) => text.replaceAll(name, `<${i}>`), formula)
  const spelled = tokens.reduce((text, [from, to]) => text.replaceAll(from, to), marked)
  const filled = spelled.replaceAll(/<(\d+)>/g, (_, i: string) => `(${byLength[Number(i)]?.value ?? Number.NaN})`)
  expect(filled).toMatch(/^(?:[\d.eE+\-*/(), ]|Math\.max)*$/)
  return Number(runInNewContext(filled))
}

/**
 * Where the solver is asked for less than was offered, or more: the shard is full; requests time out on the way; what
 * fails is tried again; no steady state is found.
 */
const otherwise = new Set(['hot-shard', 'url-shortener', 'web-crawler', 'news-feed'])

describe('what an estimate says of rates', () => {
  it.each(subjects.filter(({ name }) => !otherwise.has(name)))(
    'is what the solver plays of $name',
    ({ model, whole }) => {
      const { statistics } = solve(model, { isBrief: true })
      expect(differing(model, whole, statistics, 0.01)).toEqual([])
    },
  )

  it.each(subjects.filter(({ name }) => ['chat', 'notifications'].includes(name)))(
    'is what the simulator plays of $name',
    ({ model, whole }) => {
      const played = simulate(model, { seed: 1, eventsMax: 2e5 })
      for (const [flow, { arrival_rate_per_s: rate }] of Object.entries(played.flows)) {
        const line = whole.lines.find(({ id }) => id === `load.${flow}.peak`)
        const { value, low, high } = rate
        const slack = 0.03 * (value ?? 0)
        expect(line?.value).toBeGreaterThan((low ?? value ?? 0) - slack)
        expect(line?.value).toBeLessThan((high ?? value ?? 0) + slack)
      }
    },
  )
})

type Statistics = ReturnType<typeof solve>['statistics']

function differing(model: Model, whole: BackOfEnvelope, statistics: Statistics, within: number): readonly string[] {
  const value = (id: string): number => whole.lines.find((line) => line.id === id)?.value ?? 0
  const { measured } = statistics
  const pairs = [
    ...model.flows.map(({ id }, i) => ({
      id: `load.${id.replaceAll(' ', '.')}.peak`,
      played: (statistics.flows[i]?.offered ?? 0) / measured,
    })),
    ...model.resources.flatMap((resource, i) => {
      if (resource.kind === 'cache') {
        const lookups = statistics.resources[i]?.instances.reduce((sum, one) => sum + one.lookups, 0) ?? 0
        return [{ id: `requests.${resource.id}.get.peak`, played: lookups / measured }]
      }
      const log = statistics.logs.find((one) => one.log === i)
      return log === undefined
        ? []
        : [{ id: `messages.${resource.id.replace(/ outbox$/, '')}.peak`, played: log.published / measured }]
    }),
  ]
  return pairs
    .filter(({ id, played }) => Math.abs(value(id) - played) > within * Math.max(played, value(id)))
    .map(({ id, played }) => `${id}: estimated ${value(id)}, played ${played}`)
}

/** Dollars per GB and month of services that ask by the byte, as in the price book. */
const pricesOfSpace: Readonly<Record<string, number>> = {
  'object-store': 0.023,
  s3: 0.023,
  'file-store': 0.3,
  'key-value-store': 0.25,
  dynamodb: 0.25,
}

describe('what an estimate says of storage', () => {
  it.each(subjects)('is what the price of $name counts', ({ model, whole }) => {
    for (const { id, kind, cost } of model.components) {
      const price = pricesOfSpace[kind]
      const space = cost.find(({ label }) => label === 'space')
      if (price === undefined || space === undefined) continue
      const now = whole.lines.filter((line) => line.id.startsWith(`storage.${id}.`) && line.name === 'bytes now')
      // What begins empty here has grown for a month there.
      if (now.length === 0) continue
      const bytes = now.reduce((sum, line) => sum + line.value, 0)
      expect(bytes / ((space.dollarsPerMonth / price) * 1e9)).toBeCloseTo(1, 9)
    }
  })
})

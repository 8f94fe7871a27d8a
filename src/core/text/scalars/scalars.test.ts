import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanOf } from '../../model/distribution.ts'
import { createScalar, type Node } from '../document.ts'
import { parse } from '../parse.ts'
import { readUncertain } from './assumption.ts'
import { parseCall } from './call.ts'
import {
  readArrivals,
  readBalance,
  readConsistency,
  readReplicaMode,
  readRuntime,
  readShape,
  readShardScheme,
  readShed,
} from './choices.ts'
import { readDistribution } from './distribution.ts'
import type { Quantity } from './dimension.ts'
import { evaluate, scopeOf } from './expression.ts'
import { parseObjective } from './objective.ts'
import { readJoin, readPercentile, readScaleTarget, readShareOf, readShareOfCount } from './part-of.ts'
import { readPopularity } from './popularity.ts'
import * as quantity from './quantity.ts'
import { readRange } from './range.ts'
import type { Read } from './read.ts'
import { normalizeShares, sharesProblem } from './shares.ts'

const span = { file: 'a', line: 1, column: 1, offset: 0, endOffset: 0 }
const scalar = (text: string) => createScalar(text, { ...span, endOffset: text.length })
const node = (text: string): Node => {
  const found = parse(`a: ${text}`, { file: 'a' }).document?.root.get('a')
  if (!found) throw new Error(text)
  return found
}
const ok = <T>(read: Read<T>): T => {
  if (!read.isValid) throw new Error(`${read.diagnostic.code}: ${read.diagnostic.message}`)
  return read.value
}
const code = (read: Read<unknown>): string => (read.isValid ? 'valid' : read.diagnostic.code)

describe('amounts', () => {
  it.each([
    ['250 ms', 0.25],
    ['1.5 s', 1.5],
    ['2h', 7200],
    ['30 d', 2_592_000],
    ['1 y', 31_536_000],
    ['5 min', 300],
    ['5us', 0.000005],
    ['5\u00B5s', 0.000005],
    ['5\u03BCs', 0.000005],
    ['4.35 us', 0.00000435],
    ['1 h 30 min', 5400],
    ['1h30min', 5400],
    ['2 d 3 h 4 min 5 s 6 ms', 183_845.006],
    ['1e3 ms', 1],
    ['0 s', 0],
  ])('reads the time %s', (text, seconds) => {
    expect(ok(quantity.readTime(scalar(text)))).toBe(seconds)
  })

  it.each([
    ['10k', 10_000],
    ['10 k', 10_000],
    ['1.005 k', 1005],
    ['2 G', 2e9],
    ['1e15', 1e15],
    ['800 items', 800],
    ['17', 17],
    ['0.1 M', 100_000],
  ])('reads the count %s', (text, count) => {
    expect(ok(quantity.readCount(scalar(text)))).toBe(count)
  })

  it('reads rates, sizes, bandwidths, ratios, factors and money', () => {
    expect(ok(quantity.readRate(scalar('40 k/s')))).toBe(40_000)
    expect(ok(quantity.readRate(scalar('1200/min')))).toBe(20)
    expect(ok(quantity.readRate(scalar('17 M/d')))).toBeCloseTo(196.759259, 6)
    expect(ok(quantity.readBytes(scalar('64 KiB')))).toBe(65_536)
    expect(ok(quantity.readBytes(scalar('4 KB')))).toBe(4000)
    expect(ok(quantity.readBytes(scalar('2 TiB')))).toBe(2 * 1024 ** 4)
    expect(ok(quantity.readBandwidth(scalar('1 Gbit/s')))).toBe(125e6)
    expect(ok(quantity.readBandwidth(scalar('80 MB/s')))).toBe(80e6)
    expect(ok(quantity.readRatio(scalar('99.95%')))).toBe(0.9995)
    expect(ok(quantity.readFactor(scalar('2.5x')))).toBe(2.5)
    expect(ok(quantity.readMoneyPerMonth(scalar('15 k USD/month')))).toBe(15_000)
    expect(ok(quantity.readMoneyPerMonth(scalar('0.2 USD/h')))).toBeCloseTo(146, 9)
  })

  it('keeps what an amount is for', () => {
    expect(ok(quantity.readAmount(scalar('3 us per item'), 'time'))).toMatchObject({ value: 0.000003, per: 'item' })
    expect(ok(quantity.readAmount(scalar('0.1 ms per KB'), 'time'))).toMatchObject({ value: 0.0001, per: 'KB' })
    expect(ok(quantity.readAmount(scalar('24 KiB each'), 'bytes'))).toMatchObject({ value: 24_576, per: 'each' })
    expect(ok(quantity.readAmount(scalar('200 per batch'), 'count'))).toMatchObject({ value: 200, per: 'batch' })
    expect(ok(quantity.readRatePer(scalar('8 per user per day')))).toMatchObject({ value: 8 / 86_400, per: 'user' })
  })

  it('takes bounds, whole numbers and infinite', () => {
    expect(ok(quantity.readCount(scalar('infinite'), { canBeInfinite: true }))).toBe(Infinity)
    expect(code(quantity.readWhole(scalar('1.5')))).toBe('number-range')
    expect(code(quantity.readTime(scalar('0 s'), { above: 0 }))).toBe('number-range')
    expect(ok(quantity.readRatio(scalar('250%'), { max: 10 }))).toBe(2.5)
    expect(ok(quantity.readTime(node('{ is: 5 s, range: 1 s..9 s }')))).toBe(5)
  })

  it('never reads a hostile text slowly or as a number', () => {
    const pieces = ['a', '1', '(', '-', 'a-', '1e', 'mix(', '= -', '1 ', '.', '\uFF11', 'p9.', '0x']
    for (const piece of pieces) {
      for (const text of [piece.repeat(1300), `${piece.repeat(50_000)}!`]) {
        expect(quantity.readTime(scalar(text), { scope: scopeOf(new Map()) }).isValid).toBe(false)
        expect(readDistribution(scalar(text), 'time').isValid).toBe(false)
      }
    }
  })

  it('gives a finite number or a diagnostic inside the text, whatever is written', () => {
    const piece = fc.constantFrom(
      '1',
      '0',
      '.5',
      '5',
      ' ',
      'ms',
      's',
      'm',
      'k',
      '/',
      'd',
      '%',
      '-',
      'per ',
      'item',
      '..',
      '(',
      ')',
      'exp',
      '+',
      '=',
      'e9',
      ',',
      '_',
      ':',
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 10 }), (pieces) => {
        const text = pieces.join('')
        const read = quantity.readTime(scalar(text), { scope: scopeOf(new Map()) })
        if (read.isValid) expect(Number.isFinite(read.value) && read.value >= 0).toBe(true)
        else expect(read.diagnostic.at.offset).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })
})

describe('laws', () => {
  const mean = (text: string): number => meanOf(ok(readDistribution(node(text), 'time')))

  it.each([
    ['exp(5 ms)', 0.005],
    ['fixed(1 ms)', 0.001],
    ['lognormal(mean 5 ms cv 0.8)', 0.005],
    ['gamma(mean 5 ms cv 0.5)', 0.005],
    ['uniform(1 ms..3 ms)', 0.002],
    ['erlang(4 mean 5 ms)', 0.005],
    ['hyperexp(mean 5 ms cv 3)', 0.005],
    ['pareto(mean 5 ms shape 1.3 cap 9 s)', 0.005],
    ['mix(95% fixed(1 ms) / 5% exp(20 ms))', 0.00195],
    ['mix(50% 1 ms + exp(1 ms) / 50% mix(50% 2 ms / 50% 4 ms))', 0.0025],
    ['1 ms + exp(4 ms)', 0.005],
    ['5 ms', 0.005],
  ])('%s has its mean', (text, expected) => {
    expect(mean(text)).toBeCloseTo(expected, 9)
  })

  it('goes through the quantiles', () => {
    const law = ok(readDistribution(node('{ p50: 2 ms, p99: 12 ms }'), 'time'))
    expect(law).toMatchObject({ law: 'lognormal', mu: Math.log(0.002) })
  })

  it('gives a bare mean the shape of its attribute', () => {
    const law = readDistribution(node('5 ms'), 'time', { shape: (m) => ({ law: 'exponential', mean: m }) })
    expect(ok(law)).toEqual({ law: 'exponential', mean: 0.005 })
  })

  it('takes measured values from whoever can read files', () => {
    const file = (name: string) => (name === 'latency.csv' ? [0.001, 0.003] : undefined)
    expect(meanOf(ok(readDistribution(node('file(latency.csv)'), 'time', { file })))).toBeCloseTo(0.002, 12)
    expect(code(readDistribution(node('file(other.csv)'), 'time', { file }))).toBe('file-missing')
  })

  it('takes shares that sum to 100 % within a millionth', () => {
    expect(code(readDistribution(node('mix(33.33333% 1 ms / 66.66667% 2 ms)'), 'time'))).toBe('valid')
    expect(code(readDistribution(node('mix(33.3% 1 ms / 66.6% 2 ms)'), 'time'))).toBe('shares-sum')
  })
})

describe('expressions', () => {
  const values = new Map<string, Quantity>([
    ['users', { value: 12e6, dimension: 'count' }],
    ['online', { value: 0.08, dimension: 'ratio' }],
    ['timeline', { value: 800, dimension: 'count' }],
    ['star-follows', { value: 3, dimension: 'count' }],
    ['think', { value: 3, dimension: 'time' }],
    ['followers', { value: { law: 'exponential', mean: 160 }, dimension: 'count' }],
  ])
  const scope = scopeOf(values)

  it.each([
    ['= users * online', 960_000, 'count'],
    ['= timeline * 24 B', 19_200, 'bytes'],
    ['= users / think', 4e6, 'rate'],
    ['= star-follows - 1', 2, 'count'],
    ['= 2 + 3 * 4 - (1 + 1)', 12, 'count'],
    ['= ceil(users / 7)', 1_714_286, 'count'],
    ['= min(users, 10, 20)', 10, 'count'],
    ['= max(1 2)', 2, 'count'],
    ['= 100% - online', 0.92, 'ratio'],
    ['= ceil(0.1 * 30)', 3, 'count'],
    ['= -2 * -3', 6, 'count'],
    ['= 2 k', 2000, 'count'],
  ])('%s', (text, value, dimension) => {
    const result = ok(evaluate(scalar(text), scope))
    expect(result.value).toBeCloseTo(value, 9)
    expect(result.dimension).toBe(dimension)
  })

  it('scales and moves a distribution', () => {
    expect(ok(evaluate(scalar('= followers * online'), scope)).value).toEqual({ law: 'exponential', mean: 12.8 })
    expect(meanOf(ok(readDistribution(node('= followers + 40'), 'count', { scope })))).toBe(200)
  })

  it('tells which names were used', () => {
    const used: string[] = []
    ok(
      evaluate(
        scalar('= users * online / users'),
        scopeOf(values, (name) => used.push(name)),
      ),
    )
    expect(new Set(used)).toEqual(new Set(['users', 'online']))
  })

  it('ends after a thousand operations', () => {
    expect(code(evaluate(scalar(`= 1${'+1'.repeat(1001)}`), scope))).toBe('expression-too-long')
    expect(code(evaluate(scalar(`= ${'('.repeat(40)}1${')'.repeat(40)}`), scope))).toBe('expression-too-long')
  })
})

describe('ranges and uncertain values', () => {
  it('reads ranges of every dimension', () => {
    expect(ok(readRange(scalar('30 M..80 M'), 'count'))).toMatchObject({ low: 30e6, high: 80e6 })
    expect(ok(readRange(scalar('5 min..20 min'), 'time'))).toMatchObject({ low: 300, high: 1200 })
    expect(ok(readRange(scalar('zipf(0.8)..zipf(1.0)')))).toEqual({ low: 0.8, high: 1, dimension: 'popularity' })
    expect(code(readRange(scalar('5..20 min')))).toBe('unit-wrong')
    expect(code(readRange(scalar('20..5')))).toBe('number-range')
  })

  it('reads what is assumed', () => {
    expect(ok(readUncertain(node('{ is: 8%, range: 5%..12%, why: a guess }')))).toMatchObject({
      is: { value: 0.08, dimension: 'ratio' },
      range: { low: 0.05, high: 0.12 },
      why: 'a guess',
    })
    expect(ok(readUncertain(node('{ is: 2 G, growth: 17 M/d }'))).growth).toBeCloseTo(196.759, 3)
    expect(ok(readUncertain(node('zipf(0.9)'))).is).toEqual({ value: 0.9, dimension: 'popularity' })
  })

  it('reads popularity', () => {
    expect(ok(readPopularity(scalar('zipf(1.15)')))).toBe(1.15)
    expect(ok(readPopularity(scalar('uniform')))).toBe(0)
    const scope = scopeOf(new Map<string, Quantity>([['p', { value: 0.9, dimension: 'popularity' }]]))
    expect(ok(readPopularity(scalar('= p'), { scope }))).toBe(0.9)
    expect(code(readPopularity(scalar('pareto(1)')))).toBe('unknown-law')
  })
})

describe('objectives', () => {
  it.each([
    ['p99 < 120 ms', 'p99', '<', 0.12],
    ['p99.9 <= 2 s', 'p999', '<=', 2],
    ['success > 99.95%', 'success', '>', 0.9995],
    ['utilization < 70%', 'utilization', '<', 0.7],
    ['cost < 15 k USD/month', 'cost', '<', 15_000],
    ['throughput >= 10 k/s', 'throughput', '>=', 10_000],
    ['queue-length < 100', 'queue-length', '<', 100],
    ['recovered-within 60 s', 'recovered-within', '<=', 60],
    ['no-metastable', 'no-metastable', '>=', 1],
    ['hit > 90%', 'hit', '>', 0.9],
    ['lag < 5 s', 'lag', '<', 5],
  ])('%s', (text, indicator, relation, target) => {
    expect(ok(parseObjective(scalar(text)))).toMatchObject({ indicator, relation, target, share: null, text })
  })

  it('keeps the share of freshness', () => {
    expect(ok(parseObjective(scalar('fresh 99% < 60 s')))).toMatchObject({
      indicator: 'fresh',
      share: 0.99,
      target: 60,
    })
  })
})

describe('choices with arguments', () => {
  it('are read into values', () => {
    expect(ok(readArrivals(scalar('bursty(cv 1.5)')))).toEqual({ kind: 'bursty', cv: 1.5 })
    expect(ok(readArrivals(scalar('batch(5)')))).toEqual({ kind: 'batch', size: 5 })
    expect(ok(readShape(scalar('daily(low 30% peak 20:00)')))).toEqual({ kind: 'daily', low: 0.3, peak: 72_000 })
    expect(ok(readShape(scalar('spike(at 5 min times 3 for 1 min)')))).toEqual({
      kind: 'spike',
      at: 300,
      times: 3,
      for: 60,
    })
    expect(ok(readRuntime(scalar('threads(200)')))).toEqual({ kind: 'threads', count: 200 })
    expect(ok(readReplicaMode(scalar('quorum(r 2 w 2 n 3)')))).toEqual({ kind: 'quorum', read: 2, write: 2, copies: 3 })
    expect(ok(readConsistency(scalar('stale(5 s)')))).toEqual({ kind: 'stale', by: 5 })
    expect(ok(readBalance(scalar('hash(code)')))).toEqual({ kind: 'hash', key: 'code' })
    expect(ok(readShardScheme(scalar('consistent-hash(vnodes 100)')))).toEqual({
      kind: 'consistent-hash',
      virtualNodes: 100,
    })
    expect(ok(readShed(scalar('codel(target 5 ms interval 100 ms)')))).toEqual({
      kind: 'codel',
      target: 0.005,
      interval: 0.1,
    })
  })

  it('name the nearest word, and what is missing', () => {
    expect(code(readArrivals(scalar('burst(cv 2)')))).toBe('unknown-choice')
    expect(code(readRuntime(scalar('threads')))).toBe('call-arguments')
    expect(code(readRuntime(scalar('threads(0)')))).toBe('number-range')
    expect(code(readRuntime(scalar('constructor')))).toBe('unknown-choice')
    expect(code(readShape(scalar('daily(low 30% peak 8 h)')))).toBe('call-arguments')
  })

  it('can be read without knowing them, with places', () => {
    const call = ok(parseCall(scalar('storm(over 60 s 3)')))
    expect(call.args.map((arg) => [arg.name, arg.value.kind, arg.span.column])).toEqual([
      ['over', 'amount', 7],
      [null, 'amount', 17],
    ])
    expect(ok(parseCall(scalar('async')))).toMatchObject({ name: 'async', args: [] })
  })
})

describe('parts', () => {
  it('are read', () => {
    expect(ok(readShareOf(scalar('25% of sockets')))).toEqual({ share: 0.25, of: 'sockets' })
    expect(ok(readShareOfCount(scalar('50% of 100')))).toEqual({ share: 0.5, of: 100 })
    expect([ok(readJoin(scalar('all'), 3)), ok(readJoin(scalar('any'), 3)), ok(readJoin(scalar('2 of 3'), 3))]).toEqual(
      [3, 1, 2],
    )
    expect(code(readJoin(scalar('2 of 4'), 3))).toBe('number-range')
    expect(ok(readScaleTarget(scalar('cpu 55%')))).toEqual({ of: 'cpu', target: 0.55 })
    expect(ok(readScaleTarget(scalar('requests 30')))).toEqual({ of: 'requests', target: 30 })
    expect(ok(readScaleTarget(scalar('lag 2 k')))).toEqual({ of: 'lag', target: 2000 })
    expect(readScaleTarget(scalar('mood 3')).isValid).toBe(false)
    expect(readScaleTarget(scalar('lag 0')).isValid).toBe(false)
    expect([ok(readPercentile(scalar('p95'))), ok(readPercentile(scalar('p999')))]).toEqual([0.95, 0.999])
  })

  it('sum to 100 % or say what is missing', () => {
    const shares = (...values: number[]) => values.map((share, i) => ({ name: `f${i}`, share }))
    expect(sharesProblem(shares(0.3, 0.6999999999), span)).toBeNull()
    expect(sharesProblem(shares(0.3, 0.6), span)).toMatchObject({
      code: 'shares-sum',
      message: 'the shares sum to 90%, not 100%: f0 30% + f1 60%',
      hint: '10% is missing',
    })
    expect(normalizeShares(shares(1, 3)).map((one) => one.share)).toEqual([0.25, 0.75])
  })
})

import type { Ratio, Seconds } from '../../base/units.ts'
import type { Node } from '../document.ts'
import { type Chosen, type Form, plainForm, readChoice } from './call.ts'
import { andThen, type Read, valid } from './read.ts'

const whole = { dimension: 'count', min: 1, isWhole: true } as const
const time = { dimension: 'time', above: 0 } as const
const ratio = { dimension: 'ratio' } as const

const one = (example: string, rule: Form['rules'][string]): Form => ({
  positional: [1, 1],
  required: [],
  rules: { 0: rule ?? 'word' },
  example,
})

const named = (example: string, rules: Form['rules'], optional: readonly string[] = []): Form => ({
  positional: [0, 0],
  required: Object.keys(rules).filter((name) => !optional.includes(name)),
  optional,
  rules,
  example,
})

const number = (chosen: Chosen, name: string, fallback = 0): number => chosen.numbers.get(name) ?? fallback

export type Arrivals =
  | { readonly kind: 'poisson' }
  | { readonly kind: 'periodic' }
  | { readonly kind: 'bursty'; readonly cv: number }
  | { readonly kind: 'erlang'; readonly shape: number }
  | { readonly kind: 'batch'; readonly size: number }

const arrivalForms: Readonly<Record<string, Form>> = {
  poisson: plainForm('poisson'),
  periodic: plainForm('periodic'),
  bursty: named('bursty(cv 1.5)', { cv: { dimension: 'count', min: 1 } }),
  erlang: one('erlang(4)', whole),
  batch: one('batch(5)', whole),
}

/** How requests of one actor follow on one another. */
export const readArrivals = (node: Node): Read<Arrivals> =>
  andThen(readChoice(node, arrivalForms, 'a way to arrive'), (chosen): Read<Arrivals> => {
    switch (chosen.name) {
      case 'periodic':
        return valid({ kind: 'periodic' })
      case 'bursty':
        return valid({ kind: 'bursty', cv: number(chosen, 'cv', 1) })
      case 'erlang':
        return valid({ kind: 'erlang', shape: number(chosen, '0', 1) })
      case 'batch':
        return valid({ kind: 'batch', size: number(chosen, '0', 1) })
      default:
        return valid({ kind: 'poisson' })
    }
  })

export type Shape =
  | { readonly kind: 'flat' }
  /** Lowest rate as a share of the peak; the peak's time of day. */
  | { readonly kind: 'daily'; readonly low: Ratio; readonly peak: Seconds }
  /** Rate of the weekend as a share of the week's, over the daily shape. */
  | { readonly kind: 'weekly'; readonly low: Ratio; readonly peak: Seconds; readonly weekend: Ratio }
  /** From a share of the rate to a share, over a time, from the start. */
  | { readonly kind: 'ramp'; readonly from: Ratio; readonly to: Ratio; readonly over: Seconds }
  | { readonly kind: 'spike'; readonly at: Seconds; readonly times: number; readonly for: Seconds }

const WEEKLY_NAMES = ['low', 'peak', 'weekend']

/** `weekly` alone: a common consumer week (assumption): 30 % at night, the peak at 20:00, weekends at 60 %. */
const weeklyOf = (chosen: Chosen): { readonly low: Ratio; readonly peak: Seconds; readonly weekend: Ratio } => ({
  low: number(chosen, 'low', 0.3),
  peak: number(chosen, 'peak', 20 * 3600),
  weekend: number(chosen, 'weekend', 0.6),
})

const anyRatio = { dimension: 'ratio' } as const
const shapeForms: Readonly<Record<string, Form>> = {
  flat: plainForm('flat'),
  daily: named('daily(low 30% peak 20:00)', { low: ratio, peak: 'clock' }),
  weekly: named('weekly(low 30% peak 20:00 weekend 60%)', { low: ratio, peak: 'clock', weekend: ratio }, WEEKLY_NAMES),
  ramp: named('ramp(from 10% to 100% over 10 min)', { from: anyRatio, to: anyRatio, over: time }),
  spike: named('spike(at 5 min times 3 for 1 min)', {
    at: { dimension: 'time' },
    times: { dimension: 'count' },
    for: time,
  }),
}

/** How the rate of an actor goes over time. */
export const readShape = (node: Node): Read<Shape> =>
  andThen(readChoice(node, shapeForms, 'a shape of load'), (chosen): Read<Shape> => {
    const get = (name: string): number => number(chosen, name)
    switch (chosen.name) {
      case 'daily':
        return valid({ kind: 'daily', low: get('low'), peak: get('peak') })
      case 'weekly':
        return valid({ kind: 'weekly', ...weeklyOf(chosen) })
      case 'ramp':
        return valid({ kind: 'ramp', from: get('from'), to: get('to'), over: get('over') })
      case 'spike':
        return valid({ kind: 'spike', at: get('at'), times: get('times'), for: get('for') })
      default:
        return valid({ kind: 'flat' })
    }
  })

/** Count 0 for `async`: a waiting call holds nothing. */
export interface Runtime {
  readonly kind: 'async' | 'threads' | 'processes'
  readonly count: number
}

const runtimeForms: Readonly<Record<string, Form>> = {
  async: plainForm('async'),
  threads: one('threads(200)', whole),
  processes: one('processes(4)', whole),
}

export const readRuntime = (node: Node): Read<Runtime> =>
  andThen(readChoice(node, runtimeForms, 'a runtime'), (chosen): Read<Runtime> => {
    if (chosen.name === 'async') return valid({ kind: 'async', count: 0 })
    return valid({ kind: chosen.name === 'threads' ? 'threads' : 'processes', count: number(chosen, '0') })
  })

export type ReplicaMode =
  | { readonly kind: 'async' }
  | { readonly kind: 'sync'; readonly count: number }
  | { readonly kind: 'quorum'; readonly read: number; readonly write: number; readonly copies: number }

const modeForms: Readonly<Record<string, Form>> = {
  async: plainForm('async'),
  sync: one('sync(1)', whole),
  quorum: named('quorum(r 2 w 2 n 3)', { r: whole, w: whole, n: whole }),
}

export const readReplicaMode = (node: Node): Read<ReplicaMode> =>
  andThen(readChoice(node, modeForms, 'a way to replicate'), (chosen): Read<ReplicaMode> => {
    const get = (name: string): number => number(chosen, name)
    if (chosen.name === 'sync') return valid({ kind: 'sync', count: get('0') })
    if (chosen.name === 'quorum') return valid({ kind: 'quorum', read: get('r'), write: get('w'), copies: get('n') })
    return valid({ kind: 'async' })
  })

export type Consistency =
  | { readonly kind: 'strong' | 'session' | 'eventual' }
  | { readonly kind: 'stale'; readonly by: Seconds }

const consistencyForms: Readonly<Record<string, Form>> = {
  strong: plainForm('strong'),
  session: plainForm('session'),
  eventual: plainForm('eventual'),
  stale: one('stale(5 s)', time),
}

export const readConsistency = (node: Node): Read<Consistency> =>
  andThen(readChoice(node, consistencyForms, 'a consistency'), (chosen): Read<Consistency> => {
    if (chosen.name === 'stale') return valid({ kind: 'stale', by: number(chosen, '0') })
    return valid({ kind: chosen.name === 'strong' ? 'strong' : chosen.name === 'session' ? 'session' : 'eventual' })
  })

export interface Balance {
  readonly kind: 'round-robin' | 'random' | 'least-requests' | 'random-two' | 'hash' | 'weighted'
  /** `hash(code)`: code. */
  readonly key: string | null
}

const balanceNames = ['round-robin', 'random', 'least-requests', 'random-two', 'weighted'] as const
const balanceForms: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(balanceNames.map((name) => [name, plainForm(name)])),
  hash: one('hash(code)', 'word'),
}

export const readBalance = (node: Node): Read<Balance> =>
  andThen(readChoice(node, balanceForms, 'a way to balance'), (chosen): Read<Balance> => {
    const kind = balanceNames.find((name) => name === chosen.name)
    return valid(kind ? { kind, key: null } : { kind: 'hash', key: chosen.words.get('0') ?? null })
  })

export interface ShardScheme {
  readonly kind: 'hash' | 'range' | 'consistent-hash' | 'directory'
  /** Virtual nodes of consistent hashing; 0 for the others. */
  readonly virtualNodes: number
}

const schemeForms: Readonly<Record<string, Form>> = {
  hash: plainForm('hash'),
  range: plainForm('range'),
  directory: plainForm('directory'),
  'consistent-hash': named('consistent-hash(vnodes 100)', { vnodes: whole }, ['vnodes']),
}

export const readShardScheme = (node: Node): Read<ShardScheme> =>
  andThen(readChoice(node, schemeForms, 'a way to shard'), (chosen): Read<ShardScheme> => {
    if (chosen.name === 'consistent-hash') {
      return valid({ kind: 'consistent-hash', virtualNodes: number(chosen, 'vnodes', 100) })
    }
    const kind = chosen.name === 'range' ? 'range' : chosen.name === 'directory' ? 'directory' : 'hash'
    return valid({ kind, virtualNodes: 0 })
  })

/** Load shedding by controlled delay: drop while waits stay above `target` for `interval`. */
export interface Shed {
  readonly kind: 'codel'
  readonly target: Seconds
  readonly interval: Seconds
}

const shedForms: Readonly<Record<string, Form>> = {
  codel: named('codel(target 5 ms interval 100 ms)', { target: time, interval: time }, ['target', 'interval']),
}

/** Defaults 5 ms and 100 ms: RFC 8289, section 4.2 to 4.3. */
export const readShed = (node: Node): Read<Shed> =>
  andThen(readChoice(node, shedForms, 'a way to shed load'), (chosen) =>
    valid({ kind: 'codel', target: number(chosen, 'target', 0.005), interval: number(chosen, 'interval', 0.1) }),
  )

/** `storm(over 60 s)`: all come back within this time. */
export const readReconnect = (node: Node): Read<{ readonly over: Seconds }> =>
  andThen(readChoice(node, { storm: named('storm(over 60 s)', { over: time }) }, 'a way to reconnect'), (chosen) =>
    valid({ over: number(chosen, 'over') }),
  )

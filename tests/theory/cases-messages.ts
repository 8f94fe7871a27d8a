// @data
import { ideal, near, type Section, type TheoryCase } from './case.ts'
import * as exact from './formulas.ts'

const senders = (rate: number): string => `users: { rate: ${rate}/s, mix: { put: 100% } }`
const put = 'put: { from: users, steps: [{ publish: log.t }] }'
const free = 'work: { request: 0 us, message: 0 us, kilobyte: 0 us }'

const lag = {
  'apply.mean': near(1 / 300, 0.02),
  'apply.p50': near(Math.LN2 / 300, 0.03),
  'apply.p90': near(Math.log(10) / 300, 0.03),
  'apply.p95': near(Math.log(20) / 300, 0.03),
  'apply.p99': near(Math.log(100) / 300, 0.03),
  'apply.p999': near(Math.log(1000) / 300, 0.075),
}

const batched = (rate: number, most: number, longest: number): TheoryCase => {
  const truth = exact.batches(rate, most, longest)
  return {
    id: `batches of up to ${most}, after ${longest * 1000} ms at the latest, ${rate}/s`,
    source: 'renewal and reward over batches',
    requests: 100_000,
    design: ideal(
      senders(rate),
      `log: { kind: stream, ${free}, topics: { t: {} } }, w: { kind: worker }, sink: { kind: station, servers: infinite }`,
      `flows:
  ${put}
  send: { consume: log.t, by: w, batch: { up-to: ${most}, wait: ${longest * 1000} ms }, steps: [{ reply: 0 B }, { call: sink, do: [{ work: fixed(1 us) }] }] }`,
    ),
    expected: { 'send.mean': near(truth.wait, 0.01), 'sink.throughput': near(rate / truth.size, 0.01) },
  }
}

/** The consumer with the most partitions is full a little later than this: offered more than all can take. */
const partitions = (count: number, consumers: number): TheoryCase => {
  const most = 1000 * Math.min(count, consumers)
  return {
    id: `${count} partitions, ${consumers} consumers of 1000/s each, more offered`,
    source: 'a partition belongs to one consumer: at most the lesser of the two works',
    requests: 20_000,
    rate: most,
    design: ideal(
      senders(1.3 * most),
      `log: { kind: stream, topics: { t: { partitions: ${count} } } }, w: { kind: worker, instances: ${consumers}, size: { cpu: 1 } }`,
      `flows: { ${put}, eat: { consume: log.t, by: w, steps: [{ work: fixed(1 ms) }] } }`,
    ),
    expected: { 'eat.throughput': near(most, 0.01) },
  }
}

/** Partitions are loaded alike, so the consumer with the most of them is full first. */
const uneven = (count: number, consumers: number, rate: number): TheoryCase => {
  const each = Math.floor(count / consumers)
  const fuller = count - each * consumers
  const offered = Array.from({ length: consumers }, (_, i) => (rate * (each + (i < fuller ? 1 : 0))) / count)
  return {
    id: `${count} partitions on ${consumers} consumers of 1000/s, ${rate}/s offered`,
    source: 'the fullest has ceil(P/C) partitions: all keep up to 1000 P/ceil(P/C), and beyond that the others go on',
    requests: 40_000,
    rate,
    design: ideal(
      senders(rate),
      `log: { kind: stream, ${free}, topics: { t: { partitions: ${count} } } }, w: { kind: worker, instances: ${consumers}, size: { cpu: 1 } }`,
      `flows: { ${put}, eat: { consume: log.t, by: w, steps: [{ work: fixed(1 ms) }] } }`,
    ),
    expected: { 'eat.throughput': near(exact.sum(offered.map((own) => Math.min(1000, own))), 0.01) },
  }
}

/** A consumer keeps its slot while it tries again: M/G/1 whose work is all attempts and the pauses between them. */
const again = ({ rate, work, failing, pause }: Readonly<Record<string, number>>): TheoryCase => {
  const [lambda, mean, p, backoff] = [rate ?? 0, work ?? 0, failing ?? 0, pause ?? 0]
  const parts = [1 - p, p * (1 - p), p * p].map((share, k) => ({
    share,
    held: (k + 1) * mean + k * backoff,
    count: k + 1,
  }))
  const first = exact.sum(parts.map(({ share, held }) => share * held))
  const second = exact.sum(parts.map(({ share, held, count }) => share * (count * mean * mean + held * held)))
  const wait = (lambda * second) / 2 / (1 - lambda * first)
  const good = [1, p, p * p]
  const before = exact.sum(good.map((share, k) => share * k)) / exact.sum(good)
  return {
    id: `one of ${Math.round(1 / p)} messages fails, and is tried twice more by the one consumer`,
    source: 'Pollaczek and Khinchine: Kleinrock, Queueing Systems 1, 1975, section 5.6; geometric numbers of attempts',
    requests: 100_000,
    design: ideal(
      senders(lambda),
      'log: { kind: queue, topics: { t: {} } }, w: { kind: worker }, s: { kind: station, servers: infinite }',
      `flows:
  ${put}
  eat:
    consume: log.t
    by: w
    at-once: 1
    steps: [{ call: s, policy: { retry: 0 }, do: [{ work: exp(${mean * 1000} ms) }, { fail: error, p: ${p * 100}% }] }]
    failed: { retry: 2, backoff: ${backoff * 1000} ms, then: park }`,
    ),
    expected: {
      'eat.mean': near(wait + mean + before * (mean + backoff), 0.02),
      'eat.success': near(1 - p ** 3, 0.002),
      's.throughput': near(lambda * exact.sum(good), 0.01),
    },
  }
}

const messageCases: readonly TheoryCase[] = [
  {
    id: 'an asynchronous replica applies one write after the other: its lag',
    source: 'M/M/1: Kleinrock, Queueing Systems 1, 1975',
    requests: 200_000,
    design: ideal(
      senders(700),
      'log: { kind: stream, topics: { t: { partitions: 1 } } }, replica: { kind: worker, size: { cpu: 1 } }',
      `flows: { ${put}, apply: { consume: log.t, by: replica, steps: [{ work: exp(1 ms) }] } }`,
    ),
    expected: lag,
  },
  {
    id: 'a work queue with one consumer that calls a station: its lag',
    source: 'M/M/1: Kleinrock, Queueing Systems 1, 1975',
    requests: 200_000,
    design: ideal(
      senders(700),
      'log: { kind: queue, topics: { t: {} } }, w: { kind: worker }, replica: { kind: station }',
      `flows: { ${put}, apply: { consume: log.t, by: w, at-once: 1, steps: [{ call: replica, do: [{ work: exp(1 ms) }] }] } }`,
    ),
    expected: lag,
  },
  {
    id: 'a work queue with four consumers',
    source: 'Erlang C',
    requests: 300_000,
    design: ideal(
      senders(340),
      'log: { kind: queue, topics: { t: {} } }, w: { kind: worker, instances: 4, size: { cpu: 1 } }',
      `flows: { ${put}, eat: { consume: log.t, by: w, steps: [{ work: exp(10 ms) }] } }`,
    ),
    expected: {
      'eat.mean': near(exact.mmc({ rate: 340, mean: 0.01, servers: 4 }).response, 0.02),
      'eat.p99': near(exact.mmc({ rate: 340, mean: 0.01, servers: 4 }).quantile(0.99), 0.03),
    },
  },
  again({ rate: 25, work: 0.01, failing: 0.2, pause: 0.05 }),
  batched(1000, 20, 0.01),
  batched(1000, 20, 0.05),
  batched(200, 10, 0.02),
  partitions(12, 4),
  partitions(12, 16),
  partitions(3, 5),
  uneven(10, 4, 3300),
  uneven(10, 4, 3700),
  uneven(7, 3, 2300),
  uneven(7, 3, 2700),
]

export const messageSection: Section = { title: 'Messages', cases: messageCases }

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type BackOfEnvelope, estimate, prepare, readMachine } from '../../src/core/index.ts'

/**
 * Estimates that were published, line by line. Each is a design beside this file; what the source prints is rounded, so
 * 5 % are allowed where nothing else is said.
 */
interface Published {
  readonly design: string
  readonly source: string
  readonly machine?: string
  readonly years?: readonly number[]
  readonly within?: number
  /** Line of the estimate → what was published, in SI units. */
  readonly expected: Readonly<Record<string, number>>
}

const megabit = 1e6 / 8

const published: readonly Published[] = [
  {
    design: 'click-through',
    source: 'B. Beyer et al.: The Site Reliability Workbook, 2018, chapter 12',
    machine: 'cpu: 16, memory: 64 GB, disk: 4 TB, iops: 200/s, network: 1 Gbit/s',
    expected: {
      'storage.query-log.entries.day': 86.4e12,
      'machines.query-log.iops': 2500,
      'machines.query-log.all-in-memory': 1563,
      'bandwidth.clicks.to.joiner': 160 * megabit,
      'bandwidth.joiner.to.query-store': 640e3 / 8,
      'bandwidth.query-store.to.joiner': 160 * megabit,
      'bandwidth.joiner.to.click-map': 80 * megabit,
      'bandwidth.joiner.both': 400 * megabit,
      'storage.click-table.clicks.day': 14e9,
      'storage.query-map.ads.day': 2e12,
    },
  },
  {
    design: 'pastebin',
    source: 'D. Martin: The System Design Primer, pastebin, 2020',
    expected: {
      'storage.pastes.links.month': 12.7e9,
      'storage.pastes.links.3y': 450e9,
      'storage.pastes.links.rows.3y': 360e6,
      'load.paste.mean': 4,
      'load.view.mean': 40,
    },
  },
  {
    design: 'tweets',
    source: 'D. Martin: The System Design Primer, twitter, 2020',
    expected: {
      'storage.tweets.tweet.month': 150e12,
      'storage.tweets.tweet.3y': 5.4e15,
      'load.home.mean': 100e3,
      'load.tweet.mean': 6000,
      'requests.timelines.home.put.mean': 60e3,
      'load.search.mean': 4000,
    },
  },
  {
    design: 'crawler',
    source: 'D. Martin: The System Design Primer, web_crawler, 2020',
    expected: {
      'storage.pages.page.month': 2e15,
      'storage.pages.page.3y': 72e15,
      'requests.pages.page.write.mean': 1600,
      'requests.index.words.read.mean': 40e3,
    },
  },
  {
    design: 'short-links',
    source: 'A. Xu: System Design Interview, 2020, chapter 8',
    years: [10],
    expected: {
      'load.shorten.mean': 1160,
      'load.follow.mean': 11_600,
      'storage.db.links.rows.10y': 365e9,
      'storage.db.links.10y': 36.5e12,
    },
  },
  {
    design: 'posts-with-media',
    source: 'A. Xu: System Design Interview, 2020, chapter 2',
    expected: {
      'load.post.mean': 3500,
      'load.post.peak': 7000,
      'storage.media.files.day': 30e12,
      'storage.media.files.5y': 55e15,
    },
  },
  {
    design: 'home-timelines',
    source: 'M. Kleppmann: Designing Data-Intensive Applications, 2017, chapter 1',
    expected: { 'requests.timelines.home.put.mean': 345e3, 'requests.timelines.home.get.mean': 300e3 },
  },
  {
    design: 'thumbnails',
    source: 'J. Dean: LADIS keynote, 2009, Back of the Envelope Calculations',
    expected: { 'time.serial': 0.56, 'time.parallel': 0.018 },
  },
  {
    design: 'latency-numbers',
    source: 'J. Dean: LADIS keynote, 2009, Numbers Everyone Should Know',
    within: 1e-9,
    expected: {
      'time.compress': 3e-6,
      'time.send': 20e-6,
      'time.memory': 250e-6,
      'time.trip': 500e-6,
      'time.seek': 10e-3,
      'time.disk': 20e-3,
      'time.ocean': 150e-3,
    },
  },
]

describe.each(published)(
  'the estimate of $design, as $source has it',
  ({ design, machine, years, within = 0.05, expected }) => {
    const whole = estimateOf(design, { machine, years })

    it.each(Object.entries(expected))('%s is %d', (id, value) => {
      const line = whole.lines.find((one) => one.id === id)
      expect(line?.value).toBeGreaterThanOrEqual(value * (1 - within))
      expect(line?.value).toBeLessThanOrEqual(value * (1 + within))
    })
  },
)

interface Options {
  readonly machine: string | undefined
  readonly years: readonly number[] | undefined
}

function estimateOf(name: string, { machine, years }: Options): BackOfEnvelope {
  const file = `${name}.loadpath.yaml`
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const options = { file, variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { design, models, diagnostics } = prepare(text, options)
  const [model] = models
  if (design === null || model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const chosen = machine === undefined ? null : readMachine(machine).machine
  return estimate(design, model, { ...(chosen && { machine: chosen }), ...(years && { years }) })
}

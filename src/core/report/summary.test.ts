import { describe, expect, it } from 'vitest'
import { copy, flowStatistics, handMadeModel, objective, outcome, run } from '../result/fixture.test-support.ts'
import type { Result } from '../result/result.ts'
import { summarize } from '../result/summarize.ts'
import { type Report, summaryText } from './summary.ts'

const facts = { hash: 'h', seed: 42, warmup: 10, status: 'complete' as const, wall: 0, timeline: null, trust: [] }
const times = (from: number, to: number) => Array.from({ length: 1000 }, (_, i) => from + ((to - from) * i) / 1000)

function slowResult(scenario = 'baseline'): Result {
  const objectives = [objective('p99', '<', 0.8), objective('success', '>', 0.9), objective('p50', '<', 1)]
  const flows = [
    flowStatistics(times(0.2, 2.33), {
      offered: 1010,
      failed: { timeout: 10 },
      slowTotal: 100,
      slowCount: 15,
      points: [{ point: 0, wait: 400, serve: 0, slowWait: 71, slowServe: 0, count: 1000 }],
    }),
  ]
  const resources = [
    { resource: 0, instances: [copy(0.998, { fullSince: 312 })] },
    { resource: 1, instances: [copy(0.58)] },
  ]
  const outcomes = Array.from({ length: 5 }, () => outcome(run({ flows, resources })))
  return summarize(handMadeModel({ scenario, objectives }), outcomes, facts)
}

const report = (results: readonly Result[]): Report => ({
  file: 'shop.loadpath.yaml',
  version: '0.1.0',
  results,
  warnings: [3, 5, 8].map((line) => ({
    code: 'pool-over-limit',
    place: `line ${line}`,
    message: 'too many connections',
  })),
  skipped: [],
  seed: 42,
  command: 'loadpath check shop.loadpath.yaml --seed 42',
  wall: 0,
  isPartial: false,
})

describe('summaryText', () => {
  it('says the verdict first, what is worst first, and the cause', () => {
    expect(summaryText(report([slowResult()]))).toMatchInlineSnapshot(`
      "✘ hand-made: 2 of 3 objectives missed

      ✘  ask  p99 < 0.8      2.31 s
      ✘  ask  p50 < 1        1.26 s
      ✔  ask  success > 0.9  99.01%  (98.7% .. 99.25%)

      flow  offered  goodput     p50     p95     p99     max  errors
      ask    10.1/s     10/s  1.26 s  2.22 s  2.31 s  2.33 s  0.99% timeout

      root cause  ◆ \`ask\` misses p99 < 0.8: 71% of the slow requests' time is waiting for a slot of \`web\`
                  threads (8 slots, 99.8% busy since t = 312 s) [certain]

      next limit  store at 58%; full at about 1.72× this load
      checks      3 warnings (--full shows all)
                  line 3: too many connections [pool-over-limit]
                  line 5: too many connections [pool-over-limit]
      mind        web threads at 100%: small changes of load move the figures a lot

      seed 42 · loadpath 0.1.0 · 5 replications · 25 k events
      again: loadpath check shop.loadpath.yaml --seed 42
      "
    `)
  })
  it('fits 30 lines of 100 columns, however much there is to say', () => {
    const many = Array.from({ length: 12 }, (_, i) => slowResult(`a-scenario-with-a-long-name-${i}`))
    const lines = summaryText(report(many)).trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  })
  it('shows everything when asked', () => {
    const text = summaryText(report([slowResult(), slowResult('other')]), { isFull: true })
    expect(text).toContain('component  kind')
    expect(text).not.toContain('--full')
  })
  it('is marked PARTIAL when interrupted', () => {
    expect(summaryText({ ...report([slowResult()]), isPartial: true })).toMatch(/^PARTIAL/)
  })
  it('keeps to ASCII when asked', () => {
    const style = { width: 100, isAscii: true, paint: (_: string, text: string) => text }
    expect(summaryText(report([slowResult()]), { style })).toMatch(/^[\x00-\x7f]*$/)
  })
})

import { type Estimate, type Model, prepare, type Result } from '../../src/core/index.ts'

/** A figure of a result by its path: `ask.p99`, `ask.rejected`, `s.utilization`, `s.wait_mean`, `c.hit_ratio`. */
export function figureOf(result: Result, path: string): Estimate {
  const [id = '', figure = ''] = path.split('.')
  const flow = result.flows[id]
  if (flow !== undefined) {
    const rates: Readonly<Record<string, Estimate>> = {
      throughput: flow.throughput_per_s,
      goodput: flow.goodput_per_s,
      success: flow.success_ratio,
      attempts: bare(flow.attempts_ratio),
    }
    // Shares of failures have no interval of their own: the point has to be inside.
    return rates[figure] ?? flow.response_time_s[figure as 'p99'] ?? bare(flow.errors[figure as 'rejected'] ?? 0)
  }
  const component = result.components[id]
  if (component === undefined) throw new Error(`${path} is not in the result`)
  if (figure === 'wait_mean') return component.wait_time_s.mean
  if (figure === 'throughput') return component.throughput_per_s
  return component[figure as 'utilization']
}

const bare = (value: number): Estimate => ({ value, low: value, high: value })

/** The model of a design without mistakes. */
export function modelOf(design: string): Model {
  const options = { file: 'theory.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = prepare(design, options)
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const [model] = models
  if (model === undefined || mistakes.length > 0) throw new Error(mistakes.join('\n'))
  return model
}

/** Requests per second: what the sources offer, unless the case says it. */
export const rateOf = (model: Model, { rate }: { readonly rate?: number }): number =>
  rate ?? model.sources.reduce((sum, { arrivals }) => sum + ('rate' in arrivals ? arrivals.rate : 0), 0)

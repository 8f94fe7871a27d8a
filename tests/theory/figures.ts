import { type Estimate, type Model, prepare, type Result } from '../../src/core/index.ts'

/**
 * A figure of a result by its path: `ask.p99`, `ask.rejected`, `s.utilization`, `s.wait_mean`, `c.hit_ratio`; of a resource
 * of a component: `web.threads.utilization`.
 */
export function figureOf(result: Result, path: string): Estimate {
  const [id = '', figure = '', part = ''] = path.split('.')
  const flow = result.flows[id]
  if (flow !== undefined) return flowFigure(flow, figure)
  const component = result.components[id]
  if (component === undefined) throw new Error(`${path} is not in the result`)
  if (part !== '') return partFigure(component, figure, part)
  if (figure === 'wait_mean') return component.wait_time_s.mean
  if (figure === 'throughput') return component.throughput_per_s
  return component[figure as 'utilization']
}

function partFigure({ resources }: Result['components'][string], name: string, figure: string): Estimate {
  const resource = resources[name]
  if (resource === undefined) throw new Error(`there is ${Object.keys(resources).join(', ')}, not ${name}`)
  return figure === 'wait_mean' ? resource.wait_time_mean_s : resource[figure as 'utilization']
}

function flowFigure(flow: Result['flows'][string], figure: string): Estimate {
  const rates: Readonly<Record<string, Estimate>> = {
    throughput: flow.throughput_per_s,
    goodput: flow.goodput_per_s,
    success: flow.success_ratio,
    failed: without(flow.success_ratio),
    attempts: bare(flow.attempts_ratio),
  }
  const sorts = Object.keys(flow.errors)
  // The only sort of failure is what is not a success, and has its interval; several have none of their own.
  if (sorts.length === 1 && sorts[0] === figure) return without(flow.success_ratio)
  return rates[figure] ?? flow.response_time_s[figure as 'p99'] ?? bare(flow.errors[figure as 'rejected'] ?? 0)
}

const bare = (value: number): Estimate => ({ value, low: value, high: value })

const without = ({ value, low, high }: Estimate): Estimate => ({ value: rest(value), low: rest(high), high: rest(low) })
const rest = (share: number | null): number | null => (share === null ? null : 1 - share)

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

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type * as Core from '../../src/core/index.ts'
import type { Estimate, Model, Result } from '../../src/core/index.ts'
import type { Point } from './grid.ts'

export const SEED = 11
export const REPLICATIONS = 10
export const simulatedFile = path.join(import.meta.dirname, 'simulated.json')

/** A figure of the simulator: value and half width of its 95 % interval. */
type Measured = readonly [value: number, halfWidth: number]

/** What the simulator says of a point. */
export interface Simulated {
  /** Fingerprint of the design, rate and length that were played. */
  readonly hash: string
  readonly mean: Measured
  readonly p99: Measured
  readonly success: Measured
}

/** simulated.json: written by simulate.mjs. */
export interface SimulatedFile {
  readonly version: string
  readonly seed: number
  readonly replications: number
  readonly points: Readonly<Record<string, Simulated>>
}

export const committed = (): SimulatedFile => JSON.parse(readFileSync(simulatedFile, 'utf8')) as SimulatedFile

export const hashOf = ({ design, requests }: Point): string =>
  createHash('sha256').update(`${design}\n${requests}`).digest('hex').slice(0, 8)

/** The model of a point's design, which has no mistakes. */
export function modelOf({ id, design }: Pick<Point, 'id' | 'design'>, core: Pick<typeof Core, 'prepare'>): Model {
  const options = { file: 'agreement.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = core.prepare(design, options)
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const [model] = models
  if (model === undefined || mistakes.length > 0) throw new Error(`${id}: ${mistakes.join('\n')}`)
  return model
}

/** Plays a point. */
export function simulated(point: Point, core: Pick<typeof Core, 'prepare' | 'simulate'>): Simulated {
  const result: Result = core.simulate(modelOf(point, core), {
    seed: SEED,
    duration: point.requests / point.rate,
    replications: REPLICATIONS,
    eventsMax: Infinity,
  })
  const flow = result.flows[point.flow]
  if (flow === undefined) throw new Error(`${point.id}: there is no flow ${point.flow}`)
  const { mean, p99 } = flow.response_time_s
  return { hash: hashOf(point), mean: measured(mean), p99: measured(p99), success: measured(flow.success_ratio) }
}

const measured = ({ value, low, high }: Estimate): Measured => [
  digits(value ?? 0, 6),
  digits(((high ?? value ?? 0) - (low ?? value ?? 0)) / 2, 2),
]

const digits = (value: number, count: number): number => Number(value.toPrecision(count))

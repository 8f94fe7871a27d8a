import { play, type Prepared, prepare, summarize } from '../../src/core/index.ts'
import { type Bench, designOf, type Happening } from './benches.ts'
import { type Figures, figuresOf } from './figures.ts'

/** Seconds after which nothing of the start is left, and until which is measured. */
const WARM = 1
const CALM_END = 4
const COURSE_END = 25

/** A bench with settings laid over the component, in one of its scenarios; the same seed gives the same requests. */
export interface Situation {
  readonly kind: string
  readonly bench: Bench
  /** Path of a setting of the component → value, in YAML. */
  readonly sets: readonly { readonly path: string; readonly value: string }[]
  readonly happening: Happening
}

export function prepareBench({ kind, bench, sets, happening }: Situation): Prepared {
  return prepare(designOf(kind, bench), {
    file: 'bench.yaml',
    variant: null,
    scenarios: [happening === 'calm' ? 'baseline' : happening],
    sets: sets.map(({ path, value }) => ({ path: `components.it.${path}`, value })),
    limits: {},
  })
}

/** Figures of one replication; a mistake in the settings is thrown. */
export function figuresIn(situation: Situation, replication: number): Figures {
  const { models, diagnostics } = prepareBench(situation)
  const [model] = models
  const wrong = diagnostics.filter(({ severity }) => severity === 'error')
  if (model === undefined) throw new Error(wrong.map(({ message }) => message).join('; '))
  const end = situation.bench.seconds ?? (situation.happening === 'calm' ? CALM_END : COURSE_END)
  const judged = [{ from: WARM, to: end, weight: 1 }]
  const run = play({ model, seed: 1, replication, warmup: WARM, judged, end, sliceLength: 1, eventsMax: 2e6 })
  let step = run.next()
  while (!step.done) step = run.next()
  const facts = { hash: '', seed: 1, warmup: WARM, status: 'complete', wall: 0, timeline: null, trust: [] } as const
  return figuresOf(summarize(model, [step.value], facts), diagnostics)
}

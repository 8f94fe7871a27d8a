import { describe, expect, it } from 'vitest'
import * as core from '../../src/core/index.ts'
import { modelOf } from '../theory/figures.ts'
import { solved, notThere } from './solved.ts'
import { answers, compared, corpus, disagreements, rateOf } from './corpus.ts'

/** Played in no time; with OUTSIDE=all every model is played, and for longer. */
const quick = ['mmc', 'mmck', 'priority', 'thread-pool', 'fork-join', 'retries-60', 'closed-classes']
const isAll = process.env['OUTSIDE'] === 'all'

describe('the corpus', () => {
  it('has an answer of every program that a model names, and none that nobody asks for', () => {
    const missing = corpus.flatMap(({ id, tools }) =>
      tools.flatMap((tool) => (answers.models[id]?.[tool] === undefined ? [`${id}: ${tool}`] : [])),
    )
    expect(missing).toEqual([])
    expect(Object.keys(answers.models)).toEqual(corpus.map(({ id }) => id))
    const olds = corpus.flatMap(({ id, tools }) =>
      tools
        .filter((tool) => answers.models[id]?.[tool]?.version !== answers.tools[tool])
        .map((tool) => `${id}: ${tool}`),
    )
    expect(olds, 'answers of another version').toEqual([])
  })
})

describe('the simulator agrees with programs of others', () => {
  for (const model of corpus.filter(({ id }) => isAll || quick.includes(id))) {
    it(`${model.id}: ${model.what}`, () => {
      const played = modelOf(model.design.join('\n'))
      const duration = (isAll ? 200_000 : 30_000) / rateOf(model)
      const result = core.simulate(played, { seed: 11, duration, replications: 10, eventsMax: Infinity })
      expect(disagreements(compared(model, result, 0.005), { ownHalf: true })).toEqual([])
    })
  }
})

/** Where the solver is further off than the tolerance; `SOLVER=1` says how far. */
const beyond = [
  'mmc',
  'mmck',
  'open-network',
  'open-classes',
  'closed-fifo-classes',
  'mixed',
  'thread-pool',
  'nested-pools',
  'shared-pool',
  'closed-pool',
  'fork-join',
  'two-of-three',
]

describe('the solver agrees with programs of others', () => {
  for (const model of corpus) {
    it.skipIf(notThere !== null && beyond.includes(model.id))(`${model.id}: ${model.what}`, () => {
      expect(disagreements(compared(model, solved(modelOf(model.design.join('\n')))))).toEqual([])
    })
  }
})

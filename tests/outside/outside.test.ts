import { describe, expect, it } from 'vitest'
import * as core from '../../src/core/index.ts'
import { modelOf } from '../theory/figures.ts'
import { solved } from './solved.ts'
import { answers, beyondTolerance, compared, corpus, disagreements, rateOf } from './corpus.ts'

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

/** Figures of which it says less than how far off they are, and why. */
const overconfident: Readonly<Record<string, string>> = {
  'closed-pool': 'users who are closed come to the slots as a Poisson stream would',
}

describe('the solver agrees with programs of others, or says how far off it may be', () => {
  for (const model of corpus) {
    it(`${model.id}: ${model.what}`, () => {
      const off = beyondTolerance(compared(model, solved(modelOf(model.design.join('\n')))))
      if (overconfident[model.id] === undefined) expect(off.wrong).toEqual([])
      else expect(off.wrong).not.toEqual([])
      expect(off.unknown).toEqual([])
    })
  }
})

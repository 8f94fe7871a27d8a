import { expect, it } from 'vitest'
import { prepare } from '../prepare.ts'

const atOnce = (by: string): number => {
  const text = `
loadpath: 1
name: jobs
load: { users: { rate: 20/s, mix: { ask: 100% } } }
components: { jobs: { kind: sqs, topics: { resize: {} } }, by: ${by} }
flows:
  ask: { from: users, steps: [{ publish: jobs.resize }] }
  resize: { consume: jobs.resize, by: by, steps: [{ work: 100 ms }] }
`
  const { models } = prepare(text, { file: 't', variant: null, scenarios: ['baseline'], sets: [], limits: {} })
  return models[0]!.consumers[0]!.atOnce
}

it('a worker takes a batch for each processor, a function one for each environment that it may have', () => {
  expect(atOnce('{ kind: worker, size: { cpu: 4 } }')).toBe(4)
  expect(atOnce('{ kind: function, concurrency: 50 }')).toBe(50)
})

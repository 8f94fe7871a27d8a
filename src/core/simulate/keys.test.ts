import { expect, it } from 'vitest'
import { Kernel } from './kernel.ts'
import { Lab } from './simulation.test-support.ts'

it('uses a set of keys again when the last of those that share it is gone', () => {
  const lab = new Lab()
  lab.domain(10)
  const { keys } = new Kernel(lab.model(), { seed: 1, replication: 0 })
  const set = keys.take()
  keys.values[set] = 7
  keys.share(set)
  keys.drop(set)
  const other = keys.take()
  expect(other).not.toBe(set)
  keys.drop(set)
  expect(keys.take()).toBe(set)
  expect(keys.values[set]).toBe(0)
})

import { expect, it } from 'vitest'
import type { Result } from '../core/index.ts'
import { adviceFor } from './run-advice.ts'

const nothing = { replications: null, duration: null, budget: null, precision: null, isMemoryFull: false }
const again = (changed: Readonly<Record<string, string | null>>): string => JSON.stringify(changed)
const result = (status: Result['status'], ...verdicts: readonly string[]): Result =>
  ({ status, events: 1, objectives: verdicts.map((verdict) => ({ verdict })) }) as unknown as Result

it('has no advice for what is decided, or was interrupted', () => {
  expect(adviceFor([result('complete', 'met', 'missed')], nothing, again)).toBeNull()
  expect(adviceFor([result('partial', 'undecided')], nothing, again)).toBeNull()
})

it('says so when no request was made, whatever the limits', () => {
  const idle = { ...result('complete', 'undecided'), events: 0 }
  expect(adviceFor([idle], { ...nothing, replications: 1 }, again)).toMatch(/^nothing was asked of the design/)
})

it('takes the limit out that stopped the run', () => {
  const open = [result('complete', 'met'), result('complete', 'undecided')]
  expect(adviceFor(open, { ...nothing, replications: 1 }, again)).toContain('{"replications":null}')
  expect(adviceFor(open, { ...nothing, duration: 0.01 }, again)).toContain('{"duration":null}')
})

it('asks for a minute, or for five times as much', () => {
  const spent = [result('budget-spent', 'undecided')]
  expect(adviceFor(spent, nothing, again)).toContain('{"budget":"60s"}')
  expect(adviceFor(spent, { ...nothing, budget: 1 }, again)).toBe('the time was up: {"budget":"60s"}')
  expect(adviceFor(spent, { ...nothing, budget: 90 }, again)).toContain('{"budget":"450s"}')
})

it('says which precision was not reached, also without objectives', () => {
  const advice = adviceFor([result('budget-spent')], { ...nothing, budget: 2, precision: 0.001 }, again)
  expect(advice).toBe('the time was up, before all was known within 0.1%: {"budget":"60s"}')
})

it('says so when the time was up before anything was played', () => {
  const none = { ...result('budget-spent', 'undecided'), events: 0, replications: 0 }
  const advice = adviceFor([none], { ...nothing, budget: 0.05, precision: 0.001 }, again)
  expect(advice).toBe('nothing was played in 0.05 s, so nothing is known: {"budget":"60s"}')
})

it('says so when the memory was the limit', () => {
  const full = { ...nothing, isMemoryFull: true }
  expect(adviceFor([result('budget-spent', 'undecided')], full, again)).toMatch(/^the memory was full/)
})

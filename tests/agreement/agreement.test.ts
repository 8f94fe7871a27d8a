import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as core from '../../src/core/index.ts'
import { solved } from '../outside/solved.ts'
import { type Agreement, compare, complaints, sectionText } from './compare.ts'
import { kinds, type Point, points } from './grid.ts'
import { committed, hashOf, modelOf, REPLICATIONS, SEED, type Simulated, simulated } from './simulated.ts'

const file = committed()
const pageFile = path.join(import.meta.dirname, 'agreement.md')

const storedOf = ({ id }: Point): Simulated => {
  const found = file.points[id]
  if (found === undefined) throw new Error(`${id} is not in simulated.json: node tests/agreement/simulate.mjs`)
  return found
}

describe('simulated.json', () => {
  it('is about the points of the grid (node tests/agreement/simulate.mjs writes it)', () => {
    const root = path.resolve(import.meta.dirname, '../..')
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
    expect([file.version, file.seed, file.replications]).toEqual([version, SEED, REPLICATIONS])
    expect(Object.keys(file.points)).toEqual(points.map(({ id }) => id))
    expect(points.filter((point) => storedOf(point).hash !== hashOf(point)).map(({ id }) => id)).toEqual([])
  })

  it.each([
    'station, shared; 0.3; 1',
    'service before a station, 4 threads; 0.3; 1',
    'worker behind a queue; 0.3; 0.25',
  ])('is what the simulator says: %s', (id) => {
    const point = points.find((each) => each.id === id) as Point
    expect(simulated(point, core)).toEqual(storedOf(point))
  })
})

describe('solver and simulator', () => {
  const agreements: Agreement[] = []

  it.each(kinds)('agree, or the solver says that it is not sure: %s', (kind) => {
    const own = points
      .filter((point) => point.kind === kind)
      .map((point) => compare(point, storedOf(point), solved(modelOf(point, core))))
    agreements.push(...own)
    expect(own.flatMap(complaints)).toEqual([])
  })

  it('have their errors in agreement.md (UPDATE_GOLDEN=1 writes it)', () => {
    const text = `${sectionText(agreements)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(pageFile, text)
    expect(readFileSync(pageFile, 'utf8')).toBe(text)
  })
})

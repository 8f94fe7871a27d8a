import { describe, expect, it } from 'vitest'
import { meanOf } from '../model/distribution.ts'
import { kinds } from '../kinds/index.ts'
import { parse } from '../text/parse.ts'
import { areaOf, compilePlaces } from './compile-places.ts'
import { validate } from './validate.ts'

function atlasOf(places: string, from = '{ europe: 60%, asia: 40% }') {
  const text = `loadpath: 1
name: far
load: { users: { rate: 1/s, ${from === '' ? '' : `from: ${from},`} mix: { ask: 100% } } }
places: ${places}
components: { api: { kind: service } }
flows: { ask: { from: users, steps: [{ call: api }] } }
`
  const { design, diagnostics } = validate(parse(text, { file: 'far.yaml' }).document!, kinds)
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([])
  const atlas = compilePlaces(design!)
  const at = (name: string): number => atlas.places.findIndex(({ id }) => id === name)
  const trip = (a: string, b: string): number => meanOf(atlas.links[at(a) * atlas.places.length + at(b)]!.roundTrip)
  return { atlas, design: design!, trip }
}

describe('places', () => {
  const { atlas, trip } = atlasOf('{ eu: { region: eu-west-1, zones: [a, b] }, pops: { edge: 10, latency: 8 ms } }')
  it('of a region are its zones', () => {
    expect(atlas.find('eu').map((index) => atlas.places[index]?.id)).toEqual(['eu.a', 'eu.b'])
    expect(atlas.find('eu.b')).toHaveLength(1)
  })
  it('at the edge are spread as the clients are', () => {
    const ids = atlas.find('pops').map((index) => atlas.places[index]?.id)
    expect(ids.filter((id) => id === 'pops.europe')).toHaveLength(6)
    expect(ids.filter((id) => id === 'pops.asia')).toHaveLength(4)
  })
  it('are as far apart as measured tables say', () => {
    expect(trip('eu.a', 'eu.a')).toBeLessThan(0.0005)
    expect(trip('eu.a', 'eu.b')).toBeLessThan(0.002)
    expect(trip('pops.europe', 'eu.a')).toBeCloseTo(0.0143, 3)
    expect(trip('pops.asia', 'eu.a')).toBeCloseTo(0.1825, 3)
    expect(trip('asia', 'pops.asia')).toBeCloseTo(0.008, 6)
  })
  it('keep to a rule of the design, in either direction', () => {
    const written = atlasOf(
      '{ eu: { region: eu-west-1, zones: [a] }, us: { region: us-east-1, zones: [a] }, eu -> us: { latency: 90 ms } }',
    )
    expect(written.trip('eu.a', 'us.a')).toBeCloseTo(0.09, 6)
    expect(written.trip('us.a', 'eu.a')).toBeCloseTo(0.09, 6)
  })
  it('give an actor without a place no distance, unless there are clients or edges', () => {
    const bare = atlasOf('{ eu: { region: eu-west-1, zones: [a] } }', '')
    expect(bare.atlas.origins(bare.design.actors.get('users')!)).toEqual([])
    const clients = atlasOf('{ eu: { region: eu-west-1, zones: [a] }, home: { clients: true, latency: 30 ms } }', '')
    expect(clients.trip('home', 'eu.a')).toBeCloseTo(0.03, 6)
  })
})

describe('the part of the world of a name', () => {
  it.each([
    ['eu-west-1', 'europe'],
    ['us-west-2', 'us-west'],
    ['ap-southeast-2', 'australia'],
    ['asia', 'asia-southeast'],
    ['dc1', null],
  ])('%s is %s', (name, area) => {
    expect(areaOf(name)).toBe(area)
  })
})

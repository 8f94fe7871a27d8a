import { createStream, type RandomStream } from '../base/random.ts'
import type { Ratio } from '../base/units.ts'
import type { World, Worlds } from '../model/world.ts'

/**
 * So many worlds by Latin hypercube: each unknown takes one value from each of `count` equally likely stretches of its
 * belief, in an order of its own. The same seed gives the same worlds.
 *
 * Source: McKay, Beckman, Conover, Technometrics 21, 1979.
 */
export function drawWorlds({ unknowns, modelAt }: Worlds, count: number, seed: number): readonly World[] {
  const columns = unknowns.map(({ name }) => stratified(createStream(seed, `unknown/${name}`), count))
  return Array.from({ length: count }, (_, i) => columns.map((column) => column[i] ?? HALF)).flatMap((quantiles) => {
    const model = modelAt(quantiles)
    return model === null ? [] : [{ model, quantiles }]
  })
}

const HALF: Ratio = 0.5

/** One number from each of `count` equal parts of 0..1, shuffled. */
function stratified(stream: RandomStream, count: number): readonly Ratio[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    const [a = 0, b = 0] = [order[i], order[j]]
    order[i] = b
    order[j] = a
  }
  return order.map((part) => (part + stream.uniformOpen()) / count)
}

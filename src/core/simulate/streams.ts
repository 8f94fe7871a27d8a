import { createStream, type RandomStream } from '../base/random.ts'
import type { Distribution } from '../model/distribution.ts'
import { Sampler } from './sampler.ts'

/**
 * The streams of one replication by name. A name is made of ids and a purpose, never of positions, so that what is
 * added to a design leaves the draws of the rest alone.
 */
export class Streams {
  private readonly seed: string
  private readonly known = new Map<string, RandomStream>()

  constructor(seed: number, replication: number) {
    this.seed = `${seed}/${replication}`
  }

  named(name: string): RandomStream {
    const known = this.known.get(name)
    if (known) return known
    const stream = createStream(this.seed, name)
    this.known.set(name, stream)
    return stream
  }

  sampler(law: Distribution, name: string): Sampler {
    return new Sampler(law, this.named(name))
  }
}

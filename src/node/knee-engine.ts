import { type At, atLoad, type Model, simulate } from '../core/index.ts'

/** What the design does at so many times its load, and how often that was asked. */
export function engineOf(model: Model, hash: string, onSolved: () => void): At {
  return (load) => {
    onSolved()
    return simulate(atLoad(model, load), { hash, eventsMax: 200_000 })
  }
}

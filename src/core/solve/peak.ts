import type { Model } from '../model/model.ts'
import type { Environment } from './environment.ts'

/** With every source at the highest point of its shape, and those that come later in a scenario not there yet. */
export function atPeakOf(model: Model, environment: Environment): Environment {
  const load = model.sources.map(({ shape, start }, source) => {
    const peak = start > 0 ? 0 : Math.max(...(shape.length === 0 ? [1] : shape.map(({ times }) => times)))
    return (environment.load[source] ?? []).map((times) => times * peak)
  })
  return { ...environment, load }
}

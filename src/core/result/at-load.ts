import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'

/** The same design with so many times the load: rates, and users who go in circles (rounded, at least one). */
export const atLoad = (model: Model, load: Ratio): Model => ({
  ...model,
  sources: model.sources.map((source) => {
    const { arrivals } = source
    if (arrivals.kind !== 'closed') return { ...source, arrivals: { ...arrivals, rate: load * arrivals.rate } }
    return { ...source, arrivals: { ...arrivals, population: Math.max(1, Math.round(load * arrivals.population)) } }
  }),
})

// A model of the corpus as a question to Octave's package "queueing": classes x stations of visits and service times.

/** The function that answers it, and its arguments. */
export function octaveQuestion({ id, system }) {
  const classes = Object.keys(system.flows)
  const stations = Object.keys(system.stations)
  const flows = classes.map((name) => system.flows[name])
  const visits = flows.map(({ steps }) => visitsOf(steps, 1, {}))
  /** Column by column, as Octave reads a matrix. */
  const columns = (read) => stations.flatMap((name) => visits.map((found) => read(found[name])))
  return {
    id,
    classes,
    stations,
    m: stations.map((name) => system.stations[name].servers),
    V: columns((found) => found?.visits ?? 0),
    S: columns((found) => found?.mean ?? 1),
    Z: flows.map(({ think }) => (think ? meanOf(think) : 0)),
    lambda: flows.map(({ rate = 0 }) => rate),
    N: flows.some(({ population }) => population) ? flows.map(({ population = 0 }) => population) : [],
    ...methodOf(system, flows),
  }
}

function methodOf(system, flows) {
  const closed = flows.filter(({ population }) => population).length
  const isSingle = flows.length === 1
  if (system.octave) return { method: system.octave }
  if (closed > 0 && closed < flows.length) return { method: 'qnmix' }
  if (closed > 0) return { method: isSingle ? 'qncsmva' : 'qncmmva' }
  const [station] = Object.values(system.stations)
  if (Object.keys(system.stations).length > 1) return { method: isSingle ? 'qnos' : 'qnom' }
  const [{ time }] = flows[0].steps
  if (time.lognormal) {
    const [mean, cv] = time.lognormal
    return { method: 'qsmg1', second: mean ** 2 * (1 + cv ** 2) }
  }
  return station.queue === undefined ? { method: 'qsmmm' } : { method: 'qsmmmk', places: station.queue }
}

/** How often each station is visited, and for how long on average. */
function visitsOf(steps, times, found) {
  for (const step of steps) {
    if (step.serve) {
      const before = found[step.serve] ?? { visits: 0, mean: 0 }
      const visits = before.visits + times
      const mean = (before.visits * before.mean + times * meanOf(step.time)) / visits
      found[step.serve] = { visits, mean }
    }
    if (step.repeat) visitsOf(step.steps, times * step.repeat, found)
    for (const [share, inner] of step.choose ?? []) visitsOf(inner, times * share, found)
  }
  return found
}

function meanOf(law) {
  const [[kind, value]] = Object.entries(law)
  if (kind === 'exp' || kind === 'fixed') return value
  if (kind === 'lognormal') return value[0]
  throw new Error(`no such law here: ${kind}`)
}

import type { Pick } from '../model/step.ts'
import type { Method } from '../result/solution.ts'
import { balance } from './balancing.ts'
import { exponentialMixture, type Law, scaledLaw, sum, zero } from './law.ts'
import type { StationAnswer, StationLoad } from './station.ts'

interface Picked {
  readonly within: Pick['within'] | null
  readonly copies: number
}

/** A station behind a balancer that looks where least is to do: its waits are shorter than those of a lone one. */
export function balanced(
  answer: StationAnswer,
  { station, classes, arrivalScv }: StationLoad,
  picked: Picked,
): StationAnswer {
  const { within, copies } = picked
  if ((within !== 'least-requests' && within !== 'random-two') || copies < 2 || station.servers === Infinity)
    return answer
  if (answer.isOverloaded || !(answer.queueLength > 0)) return answer
  const rate = classes.reduce((total, one) => total + one.rate, 0)
  const mean = classes.reduce((total, { rate: each, work }) => total + each * work.mean, 0) / rate
  const square =
    classes.reduce((total, { rate: each, work }) => total + each * (work.variance + work.mean * work.mean), 0) / rate
  const answerOfPolicy = balance({
    policy: within,
    copies,
    servers: station.servers,
    utilization: answer.utilization,
    workScv: mean > 0 ? square / (mean * mean) - 1 : 0,
    arrivalScv,
  })
  const { waitFactor, delayed, method } = answerOfPolicy
  const { shared } = answer
  const wait = (index: number): Law => {
    const alone = answer.wait(index)
    if (delayed === null || shared !== null) return scaledLaw(alone, waitFactor)
    const whole = alone.mean * waitFactor
    return whole > 0 && delayed > 0
      ? exponentialMixture(1 - delayed, [{ share: delayed, rate: delayed / whole }])
      : zero
  }
  const laws = new Map<number, Law>()
  const waitOnce = (index: number): Law => {
    const known = laws.get(index)
    if (known !== undefined) return known
    const law = wait(index)
    laws.set(index, law)
    return law
  }
  const responses = new Map<number, Law>()
  const response = (index: number): Law => {
    const known = responses.get(index)
    if (known !== undefined) return known
    const work = classes[index]?.work ?? zero
    const law = shared !== null ? shared(index, waitFactor) : sum(waitOnce(index), work)
    responses.set(index, law)
    return law
  }
  const queueLength = answer.queueLength * waitFactor
  return {
    ...answer,
    queueLength,
    inSystem: answer.inSystem - answer.queueLength + queueLength,
    wait: waitOnce,
    response,
    shared: shared && ((index, times) => shared(index, times * waitFactor)),
    method: worse(answer.method, method),
  }
}

/** The less sure of two methods. */
export function worse(a: Method, b: Method): Method {
  if (a.kind === 'unsupported' || b.kind === 'exact') return a
  if (b.kind === 'unsupported' || a.kind === 'exact') return b
  const larger = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : Math.max(x, y)
  const first = (a.tail ?? Infinity) >= (b.tail ?? Infinity) ? a : b
  return { ...first, mean: larger(a.mean, b.mean), tail: larger(a.tail, b.tail) }
}

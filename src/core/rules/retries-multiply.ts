import type { Model } from '../model/model.ts'
import type { Retry } from '../model/step.ts'
import type { Breach, Rule } from './define.ts'
import { type CallSite, callSites } from './walk.ts'
import { names, otherSpans } from './wording.ts'

/** Retries inside retries: the innermost call is tried the product of all of them. */
export const retriesMultiply: Rule = {
  code: 'retries-multiply',
  step: 6,
  severity: 'warning',
  meaning:
    'A call is tried again, and so is the call around it: when the innermost component fails, each level multiplies the attempts.',
  remedy: 'Retry at one level only, or give each level a budget (`retry.budget: 10%`) that bounds its share.',
  check: (subject) => {
    const chains = callSites(subject).flatMap((site) => chainOf(subject.model, site))
    const longest = chains.filter(({ links }) => !chains.some((other) => isPartOf(links, other.links)))
    const once = longest.filter((chain, i) => longest.findIndex((other) => routeOf(other) === routeOf(chain)) === i)
    return once.map(breachOf)
  },
}

interface Chain {
  /** Calls that are tried again, outermost first. */
  readonly links: readonly CallSite[]
  readonly innermost: CallSite
}

/** Calls around this one that are tried again for a failure that this one hands on. */
function chainOf(model: Model, site: CallSite): readonly Chain[] {
  if (!isUnbounded(model, site)) return []
  const links = [site]
  let nearest = site
  for (const around of site.around.toReversed()) {
    const inner = links[0] ?? site
    const isCaught = nearest.call.onFail !== 'error' || (nearest.isShielded && !around.isShielded)
    if (isCaught) break
    if (isUnbounded(model, around) && handsOn(inner, around)) links.unshift(around)
    nearest = around
  }
  return links.length > 1 ? [{ links, innermost: site }] : []
}

/** A budget bounds retries to a share of the requests: such a level does not multiply. */
function isUnbounded({ resources }: Model, { call }: CallSite): boolean {
  const { retry } = call.policy
  return retry !== null && retry.times > 0 && (retry.budget === null || resources[retry.budget]?.kind !== 'budget')
}

/** What ends the inner call is tried again outside, or the outer attempt times out meanwhile. */
function handsOn(inner: CallSite, outer: CallSite): boolean {
  const after = retryOf(outer)?.after ?? []
  const isTimedOut = outer.call.policy.timeout !== null && after.includes('timeout')
  return isTimedOut || (retryOf(inner)?.after ?? []).some((failure) => after.includes(failure))
}

const retryOf = ({ call }: CallSite): Retry | null => call.policy.retry

const isPartOf = (links: readonly CallSite[], other: readonly CallSite[]): boolean =>
  other.length > links.length && links.every((link, i) => other[i] === link)

const routeOf = ({ links }: Chain): string =>
  links.map((link) => `${link.caller} ${link.callee} ${retryOf(link)?.times}`).join(' ')

function breachOf({ links, innermost }: Chain): Breach {
  const attempts = links.map((link) => (retryOf(link)?.times ?? 0) + 1)
  const product = attempts.reduce((all, each) => all * each, 1)
  const route = names(links.map(({ caller, callee }) => `${caller} -> ${callee}`))
  const also = otherSpans([...links].toReversed().map(({ span }) => span))
  return {
    at: innermost.span,
    message: `retries of ${route} multiply: ${attempts.join(' x ')} = ${product} attempts at \`${innermost.callee}\` for one request`,
    hint: 'retry at one level only, or add `budget: 10%`',
    ...(also.length > 0 ? { also } : {}),
  }
}

import { percent } from '../result/format.ts'
import type { Rule } from './define.ts'
import { callSites } from './walk.ts'
import { grouped, otherSpans } from './wording.ts'

/** Hedges that may double the load of a component that has become slow. */
export const unboundedHedge: Rule = {
  code: 'unbounded-hedge',
  step: 6,
  severity: 'warning',
  meaning:
    'Every request that takes long is sent a second time. When the callee as a whole becomes slow, that is every request: its load doubles when it can bear it least.',
  remedy: 'Bound hedges to a small share of the requests: `hedge: { after: p95, at-most: 5% }`.',
  check: (subject) => {
    const hedged = callSites(subject).filter(({ call }) => (call.policy.hedge?.atMost ?? 0) >= tooMuch)
    return [...grouped(hedged, ({ caller, callee }) => `${caller} -> ${callee}`).values()].flatMap((sites) => {
      const [site] = sites
      const atMost = site?.call.policy.hedge?.atMost
      if (site === undefined || atMost === undefined) return []
      const also = otherSpans(sites.map(({ span }) => span))
      return [
        {
          at: site.span,
          message: `\`${site.caller}\` may hedge ${percent(atMost)} of its calls to \`${site.callee}\`: when that becomes slow, its load grows by as much`,
          hint: 'bound it: `hedge: { after: p95, at-most: 5% }`',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

/** Assumption. Dean and Barroso, The Tail at Scale (2013), get most of the gain from 5 %. */
const tooMuch = 0.5

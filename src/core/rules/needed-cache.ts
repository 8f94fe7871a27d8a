import type { Rule, Subject } from './define.ts'
import { callSites } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** A cache in whose absence a flow fails, though what it caches is still there. */
export const neededCache: Rule = {
  code: 'needed-cache',
  step: 6,
  severity: 'note',
  meaning:
    'A flow fails when its cache does not answer, although it could ask what is behind it: the cache, meant as help, is one more thing that must not fail. Whether what is behind bears the load without it is another question (`survive: [cache cold start]`).',
  remedy: '`on-fail: treat-as-miss` with a short timeout on the call to the cache, or `optional: true` for a `put`.',
  check: (subject) => {
    const needed = callSites(subject).filter(
      ({ caller, callee, call, isShielded }) =>
        subject.design.components.has(caller) && isAside(subject, callee) && call.onFail === 'error' && !isShielded,
    )
    return [...grouped(needed, ({ caller, callee }) => `${caller} ${callee}`).values()].flatMap((sites) => {
      const [site] = sites
      if (site === undefined) return []
      const flows = [...new Set(sites.map(({ flow }) => flow.id))]
      const also = otherSpans(sites.map(({ span }) => span))
      return [
        {
          at: site.span,
          message: `${names(flows)} ${flows.length > 1 ? 'fail' : 'fails'} when the cache \`${site.callee}\` does not answer \`${site.caller}\``,
          hint: `policies: { edges: { ${site.caller} -> ${site.callee}: { timeout: 20 ms, on-fail: treat-as-miss } } }`,
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

/** It keeps copies of what is elsewhere, not the original. */
function isAside({ design }: Subject, id: string): boolean {
  const component = design.components.get(id)
  if (component?.kind !== 'cache') return false
  const keyspaces = component.settings['keyspaces']
  const ways = keyspaces instanceof Map ? [...keyspaces.values()].map(wayOf) : []
  return ways.every((way) => way !== 'model')
}

/** How a keyspace is written: `aside`, `through`, `behind`, `model`. */
function wayOf(keyspace: unknown): unknown {
  if (typeof keyspace !== 'object' || keyspace === null) return undefined
  const held: unknown = 'value' in keyspace && typeof keyspace.value === 'object' ? keyspace.value : keyspace
  return typeof held === 'object' && held !== null && 'write' in held ? held.write : undefined
}

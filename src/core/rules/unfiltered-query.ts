import type { Rule } from './define.ts'
import { isQueried, securedLinks } from './secured.ts'

export const unfilteredQuery: Rule = {
  code: 'unfiltered-query',
  step: 7,
  severity: 'warning',
  meaning:
    'Inputs from outside get into the text of queries, and nothing on the way looks at requests. Found where `security.inputs` says `concatenated` and some way from outside passes no `waf`. False alarm: a filter stands there that the design does not show.',
  remedy: 'Parameters in the queries; until then a web application firewall (`kind: waf`) before what is exposed.',
  references: { stride: ['tampering'], cwe: [89], asvs: ['5.1.3'] },
  check: ({ design }) =>
    securedLinks(design)
      .filter(
        ({ to, controls, isFromOutside }) =>
          isQueried(design.components.get(to)) &&
          isFromOutside &&
          controls.parameterized === 'no' &&
          controls.waf !== 'yes',
      )
      .map(({ id, at }) => ({
        at,
        message: `\`${id}\` puts inputs from outside into queries, and no web application firewall is on the way`,
        hint: 'pass inputs as parameters; or add `kind: waf` to `via` of the calls from outside',
      })),
}

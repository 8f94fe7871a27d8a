import type { Rule } from './define.ts'
import { breachesOf, isQueried, securedLinks } from './secured.ts'
import { names } from './wording.ts'

export const concatenatedQuery: Rule = {
  code: 'concatenated-query',
  step: 7,
  severity: 'warning',
  meaning:
    'Inputs become part of the text of queries: an input can end the query and begin another one, which reads or changes all that the caller may. Found by `security.inputs` of the component that asks, or of the store, on links to stores with a query language: `concatenated` is a warning; nothing stated is a note when requests from outside get there. False alarm: inputs come from a fixed list.',
  remedy: 'Prepared statements with parameters everywhere; `query: parameterized` under `security.inputs`.',
  references: {
    stride: ['tampering', 'information-disclosure', 'elevation-of-privilege'],
    cwe: [89, 943],
    asvs: ['5.3.4'],
  },
  check: ({ design }) =>
    breachesOf({
      links: securedLinks(design).filter(
        ({ to, isFromOutside, controls }) =>
          isQueried(design.components.get(to)) && (isFromOutside || controls.parameterized === 'no'),
      ),
      control: 'parameterized',
      hint: 'pass inputs as parameters, and write `query: parameterized` under `security.inputs`',
      said: ({ classes, isFromOutside }) =>
        `builds queries by putting inputs${isFromOutside ? ' from outside' : ''} into their text: one of them can reach ${classes.length === 0 ? 'everything there' : `all of ${names(classes)}`}`,
      unsaid: 'requests from outside lead to queries, and how inputs get into them is not stated',
    }),
}

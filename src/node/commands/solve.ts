import { solveOptionSpecs } from '../run-options.ts'
import { defineCommand } from './define.ts'

/** Numbers for one situation at once, by queueing theory, with how far off they may be. */
export const solve = defineCommand({
  name: 'solve',
  summary:
    'one situation (the baseline, or a --scenario) by queueing theory: in milliseconds, with how far off it may be',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath solve shop.loadpath.yaml', about: 'the verdict at once, and what limits it' },
    { line: 'loadpath solve shop.loadpath.yaml --set components.api.instances=4 --full', about: 'try a change' },
    {
      line: 'loadpath solve shop.loadpath.yaml --json | jq .result.methods',
      about: 'which figures are approximate, by which method',
    },
  ],
  options: solveOptionSpecs,
  run: async (context) => (await import('../run-design.ts')).solveDesign(context),
})

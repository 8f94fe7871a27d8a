import { checkOptionSpecs } from '../run-options.ts'
import { defineCommand } from './define.ts'

/** The verdict: the design as it stands and in each of its scenarios. */
export const check = defineCommand({
  name: 'check',
  summary: 'does the design hold? Validates it, plays the baseline and every scenario, judges each objective',
  argument: [
    {
      spec: '[design]',
      about: 'a file, - for standard input; without one, the nearest loadpath.yaml or *.loadpath.yaml',
    },
  ],
  examples: [
    { line: 'loadpath check shop.loadpath.yaml', about: 'the verdict, worst first, with the cause named' },
    {
      line: 'loadpath check shop.loadpath.yaml --variant no-cache --json | jq .result.objectives',
      about: 'for a script',
    },
    { line: 'loadpath check --set components.api.instances=4 --watch', about: 'try a change; run again on every save' },
  ],
  options: checkOptionSpecs,
  run: async (context) => (await import('../run-design.ts')).checkDesign(context),
})

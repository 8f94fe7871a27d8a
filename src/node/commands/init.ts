import path from 'node:path'
import { exitCodes } from '../exit-code.ts'
import { writeFileSafely } from '../write-file.ts'
import { defineCommand } from './define.ts'

/** A first design to change, commented; never overwrites. */
export const init = defineCommand({
  name: 'init',
  summary: 'write a commented first design; never overwrites a file',
  argument: [{ spec: '[file]', about: 'default loadpath.yaml' }],
  examples: [
    { line: 'loadpath init', about: 'writes loadpath.yaml here' },
    { line: 'loadpath init shop.loadpath.yaml', about: 'under another name' },
    { line: 'loadpath init && loadpath check', about: 'a first verdict' },
  ],
  options: [],
  run: async ({ io, args }) => {
    const file = args[0] ?? 'loadpath.yaml'
    await writeFileSafely(path.resolve(io.cwd, file), firstDesign, { mayReplace: false })
    io.out(`wrote ${file}\nnext: loadpath check ${file}\n`)
    return exitCodes.fine
  },
})

export const firstDesign = `# yaml-language-server: $schema=https://loadpath.dev/schema/design-1.schema.json
# A design: who asks for what, which parts answer, and what must hold. Try: loadpath check
loadpath: 1
name: my-system

# What must hold. Plain comparisons, as written in a load test.
requirements:
  objectives:
    view: [p99 < 100 ms, success > 99.9%]

# How much is asked for. Every quantity has a unit; a share has a percent sign.
load:
  visitors: { rate: 400/s, mix: { view: 100% } }

# What answers. Each part has a kind; whatever is not written has a default that \`loadpath explain\` shows.
components:
  api: { kind: service, instances: 2, size: { cpu: 2 } }
  db:  { kind: postgres, size: { cpu: 4 }, tables: { pages: { rows: 2 M, row: 2 KB, key: id } } }

# How a request travels: nesting means that the caller waits.
flows:
  view:
    from: visitors
    steps:
      - call: api
        do:
          - work: 2 ms                # processor time of the api
          - read: db.pages            # one row by its key
          - reply: 8 KB

# What if? Then: loadpath check --scenario rush
scenarios:
  rush:
    faults: [{ at: 30 s, burst: view, times: 3, for: 60 s }]
    expect: { view: [p99 < 500 ms] }
`

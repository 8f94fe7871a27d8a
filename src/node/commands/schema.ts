import { exitCodes } from '../exit-code.ts'
import { OperationError } from '../operation-error.ts'
import { defineCommand } from './define.ts'

/** JSON Schemas for editors and scripts. */
export const schema = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of designs, or of results',
  argument: [{ spec: '[which]', about: 'design (default) or result' }],
  examples: [
    { line: 'loadpath schema > design.schema.json', about: 'for an editor' },
    { line: 'loadpath schema result', about: 'what --json prints' },
    { line: 'loadpath schema design | jq .properties', about: 'the sections' },
  ],
  options: [],
  run: async ({ io, args }) => {
    const { designSchema, resultSchema, toJson } = await import('../../core/index.ts')
    const which = args[0] ?? 'design'
    if (which !== 'design' && which !== 'result') {
      throw new OperationError(`there is a schema for: design, result; got "${which}"`, { exitCode: 2 })
    }
    io.out(toJson(which === 'design' ? designSchema() : resultSchema()))
    return exitCodes.fine
  },
})

/** The part of SARIF 2.1.0 that we write, as the standard has it: names, types, what is required, what is allowed. */
const object = (required: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}) => ({
  type: 'object',
  additionalProperties: false,
  properties: { ...required, ...optional },
  required: Object.keys(required),
})
const text = { type: 'string' }
const natural = { type: 'integer', minimum: 1 }
const list = (items: object) => ({ type: 'array', items })
const bag = { type: 'object', properties: { tags: { ...list(text), uniqueItems: true } } }
const level = { enum: ['none', 'note', 'warning', 'error'] }
const message = object({ text }, { markdown: text })

const uri = { type: 'string', format: 'uri-reference' }
const artifactLocation = object({}, { uri, uriBaseId: text, description: message })
const region = object({ startLine: natural }, { startColumn: natural, endLine: natural, endColumn: natural })

const rule = object(
  { id: text },
  {
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: object({}, { level }),
    properties: bag,
  },
)

const result = object(
  { message, ruleId: text },
  {
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    locations: list(object({ physicalLocation: object({ artifactLocation }, { region }) })),
    partialFingerprints: { type: 'object', additionalProperties: text },
    suppressions: list(object({ kind: { enum: ['inSource', 'external'] } }, { justification: text })),
    properties: bag,
  },
)

const run = object(
  {
    tool: object({
      driver: object({ name: text }, { version: text, semanticVersion: text, rules: list(rule) }),
    }),
    results: list(result),
  },
  {
    automationDetails: object({}, { id: text }),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: { type: 'object', additionalProperties: artifactLocation },
    invocations: list(object({ executionSuccessful: { type: 'boolean' } }, { commandLine: text })),
    properties: bag,
  },
)

export const sarifSchema = object({ version: { const: '2.1.0' }, runs: list(run) }, { $schema: uri })

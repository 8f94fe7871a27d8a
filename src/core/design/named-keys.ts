// @data
/** Sections whose keys are the author's names. */
export const namedSections: ReadonlySet<string> = new Set([
  'assume',
  'load',
  'places',
  'kinds',
  'components',
  'fragments',
  'flows',
  'policies',
  'decisions',
  'scenarios',
  'variants',
  'environments',
])
/** The same one level down: `security.data`, `policies.edges`. */
export const namedKeys: ReadonlySet<string> = new Set([
  'functions',
  'objectives',
  'recovery',
  'data',
  'boundaries',
  'links',
  'inputs',
  'edges',
])
/** And inside of components, actors and scenarios. */
export const namedSettings: ReadonlySet<string> = new Set([
  'tables',
  'keyspaces',
  'topics',
  'queues',
  'buckets',
  'locks',
  'operations',
  'access',
  'indexes',
  'mix',
  'does',
  'from',
  'load',
])

import { acceptedField } from './accepted.ts'
import { deferred, type Field, oneOf, text } from '../text/field.ts'
import { optional, required } from '../text/param.ts'
import type { Node } from '../text/document.ts'

/** A section that is read by its own file: here only its shape, its schema and its words are known. */
const section = (what: string, definition: string): Field<Node> =>
  deferred(what, { $ref: `#/definitions/${definition}` }, ['map'])

/** The version of the language that this product reads. */
export const LANGUAGE = 1

const version: Field<number> = {
  form: '1',
  schema: { const: LANGUAGE },
  read: (node, { out }) => {
    if (node.kind === 'scalar' && node.text === `${LANGUAGE}`) return LANGUAGE
    const found = node.kind === 'scalar' ? node.value : null
    const isNewer = typeof found === 'number' && found > LANGUAGE
    const shown = node.kind === 'scalar' ? `\`${node.text.slice(0, 40)}\`` : `a ${node.kind}`
    const message = `the design says \`loadpath: ${shown.replaceAll('`', '')}\`; this version reads \`loadpath: ${LANGUAGE}\``
    out.error('language-version', node.span, message, isNewer ? 'upgrade Loadpath' : `write \`loadpath: ${LANGUAGE}\``)
    return undefined
  },
}

/** Every section of a design, in the order in which it reads as an argument. */
export const sectionParams = {
  loadpath: required(version, { help: 'Version of the language: start the file with `loadpath: 1`.' }),
  name: optional(text, { help: 'Short name of the design; without it, the name of its file.' }),
  title: optional(text, { help: 'Its name for people.' }),
  about: optional(text, { help: 'What it is about, in a sentence.' }),
  network: optional(oneOf('ideal', 'real'), {
    help: 'ideal: no network delay and no overhead of calls anywhere, for theory and teaching.',
  }),
  import: optional(section('a map from names to files', 'import'), {
    help: 'Other files, each under a name of its own. Their components, kinds, policies, fragments and flows that start by themselves are `name.thing` here; places are shared; load, requirements and scenarios stay behind.',
  }),
  requirements: optional(section('the requirements', 'requirements'), { help: 'What it has to do, and how well.' }),
  assume: optional(section('a map of named numbers', 'assume'), { help: 'Named numbers, for expressions.' }),
  load: optional(section('a map of actors', 'load'), { help: 'Who asks for how much.' }),
  places: optional(section('a map of places', 'places'), { help: 'Where things stand, and how far it is between.' }),
  kinds: optional(section('a map of kinds', 'kinds'), { help: 'Kinds of your own: another kind with other defaults.' }),
  components: required(section('a map of components', 'components'), { help: 'What the system is made of.' }),
  fragments: optional(section('a map of fragments', 'fragments'), { help: 'Steps that flows share.' }),
  flows: optional(section('a map of flows', 'flows'), { help: 'How a request travels.' }),
  policies: optional(section('a map of policies', 'policies'), { help: 'Timeouts, retries and what else protects.' }),
  security: optional(section('the security section', 'security'), { help: 'Data, boundaries, links.' }),
  accepted: optional(acceptedField, {
    help: 'Warnings and notes that do not count, each with its place and a reason.',
  }),
  decisions: optional(section('a map of decisions', 'decisions'), { help: 'What was decided, and why.' }),
  variants: optional(section('a map of variants', 'variants'), { help: 'Other versions of this design.' }),
  scenarios: optional(section('a map of scenarios', 'scenarios'), { help: 'What if.' }),
  environments: optional(section('a map of environments', 'environments'), {
    help: 'Settings for laptop, staging, production.',
  }),
  views: optional(section('a map of views', 'views'), { help: 'What a diagram shows.' }),
}

export type SectionName = keyof typeof sectionParams

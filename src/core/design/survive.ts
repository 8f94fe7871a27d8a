import type { Placed, Reading } from '../text/field.ts'
import type { PlaceGroup } from './design.ts'
import type { KnownComponent } from './known.ts'
import type { MissingNames } from './missing-names.ts'
import { checkDeclared } from './places.ts'

export interface SurviveContext {
  readonly reading: Reading
  readonly missing: MissingNames
  readonly components: ReadonlyMap<string, KnownComponent>
  readonly places: ReadonlyMap<string, PlaceGroup>
}

const CLASSES = [
  'process',
  'instance',
  'node',
  'zone',
  'region',
  'edge',
  'component',
  'shard',
  'replica',
  'broker',
  'leader',
]
const HINT =
  'write `any zone`, `any node`, `one broker`, `zone eu.a`, `region eu`, `component db` or `cache cold start`'

/** One failure class of `survive`: its words are known, and what it names exists. */
export function checkSurvive({ value, span }: Placed<string>, context: SurviveContext): void {
  const { reading, missing, components, places } = context
  const words = value.trim().split(/\s+/)
  const [first = '', second = ''] = words
  if (words.join(' ') === 'cache cold start') return
  const isClass = (first === 'any' || first === 'one') && CLASSES.includes(second)
  if (isClass && words.length === 2) return
  if (words.length === 2 && (first === 'zone' || first === 'region')) {
    checkDeclared({ name: second, at: span }, places, missing, `\`${value}\``)
    return
  }
  if (words.length === 2 && first === 'component') {
    const message = `\`${value}\` names \`${second}\`, which does not exist`
    const mistake = { code: 'unknown-component', name: second, at: span, message, noun: 'components' }
    if (!components.has(second)) missing.report({ ...mistake, candidates: components.keys() })
    return
  }
  reading.out.error('unknown-word', span, `\`${value}\` is not a failure to survive`, HINT)
}

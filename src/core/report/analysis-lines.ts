import { figure, percent, seconds } from '../result/format.ts'
import { metastableText } from '../result/analysed-notes.ts'
import type { MethodResult, ObjectiveResult, Result } from '../result/result.ts'
import { type Style, wrap } from './layout.ts'

/** Width of the words before each line of the last part. */
const MARGIN = ' '.repeat(12)

/** Notes of an analysis that are shown without `--full`. */
export const MOST_ANALYSIS_NOTES = 6

/** True when the figures were solved, not played. One command does one of the two. */
export const isAnalysis = (results: readonly Result[]): boolean =>
  results.length > 0 && results.every(({ method }) => method === 'analysis')

/** `solved in 3 ms (analytic; 2 approximations, see notes)`. */
export function analysisFacts(results: readonly Result[]): string {
  const methods = results.flatMap(({ methods: own = [] }) => own)
  const distinct = (kind: 'approximate' | 'unsupported'): number =>
    new Set(methods.filter((one) => one.kind === kind).map(({ name, reason }) => name ?? reason)).size
  const [approximations, gaps] = [distinct('approximate'), distinct('unsupported')]
  const parts = [
    ...(gaps > 0 ? [`${gaps} left out`] : []),
    ...(approximations > 0 ? [`${approximations} approximation${approximations === 1 ? '' : 's'}`] : []),
  ]
  const wall = results.reduce((total, result) => total + result.wall_s, 0)
  const took = wall > 0 ? `solved in ${seconds(wall)}` : 'solved'
  return `${took} (analytic${parts.length > 0 ? `; ${parts.join(', ')}, see notes` : ''})`
}

/** The two loads between which it may be healthy or overloaded; several situations each. */
export function metastableLines(results: readonly Result[], style: Style): readonly string[] {
  const texts = results.flatMap(({ metastable, scenario }) => {
    if (metastable === undefined) return []
    const {
      component,
      exit_load_ratio: exit,
      entry_load_ratio: entry,
      trigger_s: trigger,
      goodput_ratio: goodput,
    } = metastable
    const where = results.length > 1 ? `${scenario}: ` : ''
    return [`${where}${metastableText({ component, exit, entry, trigger, goodput })}`]
  })
  return texts.flatMap((text, i) => wrap(`${i === 0 ? 'metastable  ' : MARGIN}${text}`, style.width, MARGIN))
}

/** How far off the method may be; nothing where it is exact. */
export function bandText({ indicator, measured: { value, low, high } }: ObjectiveResult): string {
  if (value === null || indicator === 'cost' || indicator === 'no-metastable') return ''
  if (low === null || high === null) return '(error not known)'
  const ends = [figure(indicator, low), figure(indicator, high)]
  return ends[0] === ends[1] ? '' : `(${ends.join(' .. ')})`
}

/** How each step was solved, the least sure first; what several situations say alike once. */
export function stepLines(results: readonly Result[], style: Style): readonly string[] {
  const texts = new Set(results.flatMap(({ methods = [] }) => methods.map(stepText)))
  return [...texts].flatMap((text, i) => wrap(`${i === 0 ? 'solved by   ' : MARGIN}${text}`, style.width, MARGIN))
}

function stepText({ at, kind, name, source, reason, error_ratio: { mean, tail } }: MethodResult): string {
  if (kind === 'exact') return `${at}: exact`
  if (kind === 'unsupported') return `${at}: not solved: ${reason}`
  const far = (error: number | null): string =>
    error === null ? 'nobody knows how far off' : error === 0 ? 'exact' : `up to ${percent(error)} off`
  return `${at}: ${name} (${source}); ${far(mean)} in the mean, ${far(tail)} from p90 on`
}

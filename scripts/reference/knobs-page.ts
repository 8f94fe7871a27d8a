import type { Kind } from '../../src/core/kinds/define.ts'
import { kinds } from '../../src/core/kinds/index.ts'
import { code, codes, GENERATED, page, table } from './markdown.ts'
import { flatParams, type ParamsOf } from './params.ts'

/** Kind by kind, which setting moves what and which way: as the settings say it, and as it is tested. */
export const knobsPage = (paramsOf: ParamsOf): string =>
  page([
    '# What settings move',
    GENERATED,
    'Each line is tested: a small system around one component (`tests/contract/benches.ts`) is played as it is and with ' +
      'the other value, on the same requests, and one of the figures goes the way that is said, in each of two ' +
      'replications. `crash:` and the like: when that happens in the system. Settings that are missing here change ' +
      'something too, but no test says yet which way.',
    ...kinds.filter(({ is }) => is === null).flatMap((kind) => partOf(kind, paramsOf)),
  ])

function partOf(kind: Kind, paramsOf: ParamsOf): readonly string[] {
  const lines = flatParams(kind.params, paramsOf).flatMap(({ path, param: { effect } }) =>
    effect === undefined ? [] : [[code(path), code(effect.at), codes(effect.with ?? []), effect.moves.join(', or ')]],
  )
  const heading = `## [${code(kind.id)}](kinds/${kind.id}.md)`
  return lines.length === 0 ? [] : [heading, table(['setting', 'other value', 'beside it', 'moves'], lines)]
}

import { assert } from '../base/assert.ts'
import type { Bytes } from '../base/units.ts'
import { mapOf, type Named } from '../text/field.ts'
import { record, required, withDefault } from '../text/param.ts'
import { bytesField, popularityField } from '../text/quantity-fields.ts'
import type { Part } from './define.ts'
import { rowsField } from './tables.ts'

const commonKeys = {
  count: required(rowsField, {
    effect: { at: '1 G', moves: ['cost up'] },
    help: 'How many there are: sets the space, and how they spread.',
  }),
  size: withDefault(bytesField({ above: 0 }), '200 KB', {
    effect: { at: '5 MB', moves: ['mean up'] },
    help: 'Size of one.',
    source: 'assumption: a picture of 50-200 KB',
    range: '10 KB..5 MB',
  }),
}

/** Whole things that are read and written at once, and which of them how often. */
export const objectsField = mapOf(
  record(
    {
      ...commonKeys,
      popularity: withDefault(popularityField, 'uniform', {
        effect: { at: 'zipf(1.5)', moves: ['hottest up', 'busy up', 'success down'] },
        help: 'How unevenly they are asked for.',
        source: 'assumption: a cache before it takes what is popular',
        range: 'uniform..zipf(1.2)',
      }),
    },
    'objects of one sort',
  ),
)

/** Files: which of them is of no matter. */
export const filesField = mapOf(record(commonKeys, 'files of one sort'))

export interface Blobs {
  readonly count: number
  readonly size: Bytes
}

export type BlobParts<B extends Blobs = Blobs> = ReadonlyMap<string, Named<B>>

export const blobParts = (blobs: BlobParts): ReadonlyMap<string, Part> =>
  new Map([...blobs.keys()].map((name) => [name, { kind: 'table', paths: [] }]))

export function blobsOf<B extends Blobs>(blobs: BlobParts<B>, part: string | null): B {
  const [first] = blobs.values()
  const found = part === null ? first : blobs.get(part)
  assert(found !== undefined, `objects ${part ?? ''} were found before`)
  return found.value
}

export const spaceOf = (blobs: BlobParts): Bytes =>
  [...blobs.values()].reduce((sum, { value }) => sum + value.count * value.size, 0)

import { parse as parseYaml, stringify } from 'yaml'
import type { Kind } from '../../src/core/kinds/define.ts'
import type { Model } from '../../src/core/model/model.ts'
import { prepare } from '../../src/core/prepare.ts'
import { fittedDesign } from './both.ts'

type Plain = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

const merged = (under: Plain, over: Plain): Plain => ({
  ...under,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const below = under[key]
      return [key, isMap(below) && isMap(value) ? merged(below, value) : value]
    }),
  ),
})

/** The bench of a technology as a component of its general kind that has the technology's defaults written out. */
function writtenOut(kind: Kind): string {
  const design = parseYaml(fittedDesign(kind)) as { readonly components: { readonly it: Plain } & Plain } & Plain
  const presets = Object.entries(kind.presets).reduce<Plain>((all, [path, { value }]) => {
    const one = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), parseYaml(value))
    return merged(all, one as Plain)
  }, {})
  const it = { ...merged(presets, design.components.it), kind: kind.is }
  return stringify({ ...design, components: { ...design.components, it } })
}

/** The models of a technology and of what it is with its defaults written out, without their names and places in the text. */
export const modelsOf = (kind: Kind): readonly [unknown, unknown] => [
  modelOf(fittedDesign(kind)),
  modelOf(writtenOut(kind)),
]

function modelOf(text: string): unknown {
  const options = { file: 'bench.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = prepare(text, options)
  const [model] = models
  const wrong = diagnostics.filter(({ severity }) => severity === 'error')
  if (model === undefined) throw new Error(wrong.map(({ message }) => message).join('; '))
  return withoutPlaces(model)
}

/** Infinity stays, as a word: JSON has none. */
function withoutPlaces(model: Model): unknown {
  const components = model.components.map((one) => ({ ...one, kind: 'it' }))
  const text = JSON.stringify({ ...model, components }, (key, value: unknown) => {
    if (key === 'span') return undefined
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  })
  return JSON.parse(text)
}

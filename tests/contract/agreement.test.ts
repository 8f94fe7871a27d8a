import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Kind } from '../../src/core/kinds/define.ts'
import { kinds } from '../../src/core/kinds/index.ts'
import { type Base, baseOf, type Said, sayBoth, type Written } from './both.ts'
import { concrete, knobsOf, setting as written } from './knobs.ts'
import { type Setting, settingsOf } from './settings.ts'
import { modelsOf } from './written-out.ts'
import { allowed, others, refused, sample, shapeOf } from './values.ts'

/**
 * Why the validator alone refuses: what stands inside of a string, what several settings or a flow and a setting say
 * together. Nothing else.
 */
const inside = ['not-a-number', 'number-range', 'scalar-syntax', 'unit-missing', 'unit-wrong', 'unknown-choice']
const across = [
  'breakdown',
  'no-parts',
  'not-in-technology',
  'replicas',
  'scale',
  'topic-copies',
  'unknown-index',
  'unknown-part',
  'unknown-path',
  'write-behind',
]
const pages = new URL('../../docs/reference/kinds/', import.meta.url)
const seen = new Set<string>()
const played = new Set<string>()

interface Asked {
  readonly base: Base
  readonly setting: Setting
  /** Keys that one of the technologies of the family presets. */
  readonly preset: readonly string[]
}

interface Answer extends Said {
  readonly asked: Asked
  readonly value: string
}

/** What both say of a value, with what it needs beside it. */
function ask(asked: Asked, value: string, beside: readonly Written[] = []): Answer {
  const { needs, path } = asked.setting
  return { ...sayBoth(asked.base, [...spare(needs), ...beside, { path: concrete(path), value }]), asked, value }
}

const spare = (needs: Setting['needs']): readonly Written[] =>
  needs.map((one) => ({ path: concrete(one.path), value: sample(one), isSpare: true }))

/** Where they do not agree, in words. */
function disagreements({ asked, value, errors, here, isInSchema }: Answer): readonly string[] {
  const { path, schema } = asked.setting
  const about = `${path}: ${value}`
  if (errors.length === 0) return isInSchema ? [] : [`${about} is right, and red in an editor`]
  if (!isInSchema) return here.length > 0 ? [] : [`${about} is refused elsewhere`]
  const isPreset = asked.preset.some((one) => one.startsWith(`${path}.`))
  const mayBe = [
    ...inside,
    ...across,
    ...(shapeOf(schema).isText ? ['unknown-word'] : []),
    ...(isPreset ? ['missing-key'] : []),
  ]
  for (const { code } of errors) seen.add(code)
  return errors.filter(({ code }) => !mayBe.includes(code)).map((one) => `${about}: ${one.code}: ${one.message}`)
}

/** What the definition names is refused only by what stands elsewhere. */
const wronglyRefused = ({ asked, value, errors }: Answer): readonly string[] =>
  errors
    .filter(({ code }) => !across.includes(code))
    .map(({ message }) => `${asked.setting.path}: ${value} is refused: ${message}`)

const wronglyAccepted = ({ asked, value, errors }: Answer): readonly string[] =>
  errors.length > 0 ? [] : [`${asked.setting.path}: ${value} is accepted`]

/** The values that the definition names, its effect with what that needs. */
function namedValues(asked: Asked, kind: Kind): readonly Answer[] {
  const { path, effect } = asked.setting
  const preset = kind.presets[path]
  return [
    ...allowed(asked.setting).map((value) => ask(asked, value)),
    ...(preset ? [ask(asked, preset.value)] : []),
    ...(effect ? [ask(asked, effect.at, (effect.with ?? []).map(written))] : []),
  ]
}

describe('schema and validator agree', () => {
  for (const kind of kinds) {
    const base = baseOf(kind)
    const family = kinds.filter(({ params }) => params === kind.params)
    const preset = family.flatMap(({ presets }) => Object.keys(presets))
    const all = settingsOf(kind).map((setting): Asked => ({ base, setting, preset }))

    it(`on the bench of ${kind.id}`, () => {
      expect(sayBoth(base, [])).toEqual({ isInSchema: true, errors: [], here: [] })
      played.add(kind.id)
    })

    it(`on what settings of ${kind.id} say that they may be`, () => {
      const answers = all.flatMap((asked) => namedValues(asked, kind))
      expect(answers.flatMap((answer) => [...wronglyRefused(answer), ...disagreements(answer)])).toEqual([])
    })

    it(`on what settings of ${kind.id} cannot be`, () => {
      const most = kind.is === null ? undefined : 1
      const bad = all.flatMap((asked) =>
        refused(asked.setting)
          .slice(0, most)
          .map((value) => ask(asked, value)),
      )
      expect(bad.flatMap((answer) => [...wronglyAccepted(answer), ...disagreements(answer)])).toEqual([])
    })

    it(`on keys that ${kind.id} does not have, at every level`, () => {
      const keyOf = (path: string): string => [...path.split('.').slice(0, -1), 'no-such-key'].join('.')
      const levels = new Map(all.map(({ setting }) => [keyOf(setting.path), setting.needs]))
      const wrong = [...levels].filter(([path, needs]) => {
        const { isInSchema, here } = sayBoth(base, [...spare(needs), { path: concrete(path), value: '1' }])
        return isInSchema || !here.some(({ code }) => code === 'unknown-key')
      })
      expect(wrong.map(([path]) => path)).toEqual([])
    })

    if (kind.is !== null) continue
    it(`on any other value for settings of ${kind.id}`, () => {
      const answers = all.flatMap((asked) => others(asked.setting).map((value) => ask(asked, value)))
      expect(answers.flatMap(disagreements)).toEqual([])
    })
  }

  it('but for what only the validator can know', () => {
    if (played.size < kinds.length) return
    expect([...seen].toSorted()).toEqual([...inside, ...across, 'missing-key', 'unknown-word'].toSorted())
  })
})

describe('a preset is not a kind', () => {
  for (const kind of kinds.filter(({ is }) => is !== null)) {
    it(`${kind.id} is a ${kind.is} with other defaults`, () => {
      const general = kinds.find(({ id }) => id === kind.is)
      expect(kind.params).toBe(general?.params)
      expect([kind.verbs, kind.parts, kind.withoutEffect]).toEqual([
        general?.verbs,
        general?.parts,
        general?.withoutEffect,
      ])
      expect(Object.keys(kind.presets).filter((path) => !settingsOf(kind).some((one) => one.path === path))).toEqual([])
      const [own, out] = modelsOf(kind)
      expect(own).toEqual(out)
    })
  }
})

describe('docs exist', () => {
  for (const kind of kinds) {
    it(`of ${kind.id}`, () => {
      const page = readFileSync(new URL(`${kind.is ?? kind.id}.md`, pages), 'utf8')
      const settings = settingsOf(kind)
      const rows = knobsOf(kind.id).map(({ path }) => path.replaceAll('*', '<name>'))
      expect(page).toContain(kind.id)
      expect(rows.filter((path) => !page.includes(`| \`${path}\` |`))).toEqual([])
      expect(settings.filter(({ help }) => help.trim() === '').map(({ path }) => path)).toEqual([])
      expect(kind.models.length).toBeGreaterThan(0)
      expect(kind.doesNotModel.length).toBeGreaterThan(0)
      expect([kind.about, ...kind.models, ...kind.doesNotModel].filter((line) => !page.includes(line))).toEqual([])
    })
  }
})

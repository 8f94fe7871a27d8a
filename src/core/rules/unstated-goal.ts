import type { Rule } from './define.ts'
import { names } from './wording.ts'

/** Data is kept, and nobody says how much of it may be lost. */
export const unstatedGoal: Rule = {
  code: 'unstated-goal',
  step: 1,
  severity: 'note',
  meaning:
    'The requirements have recovery goals for some data, but other data that components say they store has none: how much of it may be lost, and for how long it may be away, is left to chance.',
  remedy: 'A line for it under `requirements.recovery`: `{ rpo: 5 s, rto: 15 min }`.',
  check: ({ design }) => {
    const { recovery } = design.requirements
    if (recovery.size === 0) return []
    const open = [...design.components.values()].flatMap(({ id, stores, settings, span }) => {
      const isMeant = (name: string): boolean =>
        recovery.has(name) || recovery.has(id) || partsOf(settings).some((part) => recovery.has(part))
      return stores.filter((name) => !isMeant(name)).map((name) => ({ name, span }))
    })
    const [first] = open
    if (first === undefined) return []
    const all = names([...new Set(open.map(({ name }) => name))])
    return [
      {
        at: first.span,
        message: `nothing says how much of ${all} may be lost, or for how long`,
        hint: 'add it to `requirements.recovery`',
      },
    ]
  },
}

/** Names of tables, keyspaces and topics. */
const partsOf = (settings: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.values(settings).flatMap((setting) => (setting instanceof Map ? [...setting.keys()].map(String) : []))

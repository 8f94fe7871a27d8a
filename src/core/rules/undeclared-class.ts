import type { Component, DataClass, Design, Target } from '../design/design.ts'
import type { Breach, Rule } from './define.ts'
import { grouped, names, otherSpans } from './wording.ts'
import { type WrittenStep, writtenSteps } from './written-steps.ts'

/** A class of data that comes to a component which does not say that it sees it. */
export const undeclaredClass: Rule = {
  code: 'undeclared-class',
  step: 7,
  severity: 'warning',
  meaning:
    'By the flows, a component reads, takes or writes a class of data, but lists it neither under `handles` nor under `stores`. Whoever reviews what sees that class would miss it.',
  remedy: 'List the class under `handles` of the component, or keep it away from there.',
  check: ({ design }) => {
    const all = [...design.components.values()]
    // Who has no such list at all did not begin to say where classes are.
    if (all.every((component) => classesOf(component).length === 0)) return []
    const reached = [...consumed(design), ...writtenSteps(design).flatMap((one) => movedBy(design, one))]
    const missing = reached.filter(({ component, name }) => !classesOf(component).includes(name))
    return [...grouped(missing, ({ name }) => name).values()].flatMap((alike) => breachOf(design, alike))
  },
}

/** A component that a class comes to. */
interface Reached {
  readonly component: Component
  readonly name: string
}

const classesOf = ({ handles, stores }: Component): readonly string[] => [...new Set([...handles, ...stores])]

function consumed(design: Design): readonly Reached[] {
  return [...design.flows.values()].flatMap(({ trigger }) =>
    trigger.kind === 'consume' ? between(design, trigger.target, trigger.by) : [],
  )
}

function movedBy(design: Design, { step, by }: WrittenStep): readonly Reached[] {
  switch (step.verb) {
    case 'get':
    case 'put':
    case 'read':
    case 'write':
    case 'publish':
      return between(design, step.target, by)
    default:
      return []
  }
}

/** Whatever the direction, both ends see it. */
function between(design: Design, target: Target, by: string): readonly Reached[] {
  const store = design.components.get(target.component)
  const user = design.components.get(by)
  if (store === undefined) return []
  return classesAt(design, store, target.part).flatMap((name) =>
    user === undefined ? [{ component: store, name }] : [store, user].map((component) => ({ component, name })),
  )
}

/** A part that is called like a class holds it; else it is the one class that the component lists. */
function classesAt(design: Design, store: Component, part: string | null): readonly string[] {
  const isClass = (name: string): boolean =>
    design.security.classes.has(name) || [...design.components.values()].some((one) => classesOf(one).includes(name))
  const named = part !== null && isClass(part) ? [part] : classesOf(store)
  const [name, ...others] = named
  if (name === undefined || others.length > 0) return []
  return design.security.classes.get(name)?.confidentiality === 'public' ? [] : [name]
}

function breachOf({ security }: Design, reached: readonly Reached[]): readonly Breach[] {
  const [first] = reached
  if (first === undefined) return []
  const components = [...new Set(reached.map(({ component }) => component))]
  const also = otherSpans(components.map(({ span }) => span))
  const list = components.map(({ id }) => id)
  const verb = list.length === 1 ? 'does' : 'do'
  return [
    {
      at: first.component.span,
      message: `\`${first.name}\`${nature(security.classes.get(first.name))} reaches ${names(list)}, which ${verb} not list it under \`handles\` or \`stores\``,
      hint: `add \`handles: [${first.name}]\`, or keep it away from there`,
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}

function nature(declared: DataClass | undefined): string {
  const words = [declared?.confidentiality ?? null, declared?.isPersonal === true ? 'personal' : null]
  const said = words.filter((word) => word !== null)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

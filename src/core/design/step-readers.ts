import type { Entry, MapNode } from '../text/document.ts'
import { take } from '../text/field.ts'
import { lawField, timeField } from '../text/quantity-fields.ts'
import { readJoin } from '../text/scalars/part-of.ts'
import type { Branch, Step, Target } from './design.ts'
import { readRun } from './fragments.ts'
import { readCall } from './step-call.ts'
import { readBranches } from './step-choose.ts'
import { nodesOf } from './step-lists.ts'
import { type VerbName, verbParams } from './step-params.ts'
import { commonOf, needsComponent, readSteps, settingsOf, type StepContext } from './steps.ts'
import { resolveTarget } from './targets.ts'
import type { Verb } from '../kinds/define.ts'
import type { Placed } from '../text/field.ts'

type Reader = (map: MapNode, entry: Entry, context: StepContext) => readonly Step[]

/**
 * One reader for each verb: its keys by {@link verbParams}, its references resolved, its nested steps where they run.
 */
export const stepReaders: Readonly<Record<VerbName, Reader>> = {
  work: (map, entry, context) => {
    const values = settingsOf(map, verbParams.work, 'work', context)
    if (values === undefined || !needsComponent(entry, context)) return []
    return [{ ...commonOf(entry, {}, context), verb: 'work', ...values.work }]
  },
  wait: (map, entry, context) => {
    const values = settingsOf(map, verbParams.wait, 'wait', context)
    return values === undefined ? [] : [{ ...commonOf(entry, {}, context), verb: 'wait', time: values.wait }]
  },
  call: readCall,
  get: readGet,
  put: (map, entry, context) => {
    const values = settingsOf(map, verbParams.put, 'put', context)
    const target = values && askedOf(values.put, 'put', context)
    if (values === undefined || target === undefined) return []
    const { items, mode } = values
    return [{ ...commonOf(entry, values, context), verb: 'put', target, items, mode }]
  },
  read: (map, entry, context) => readRows('read', map, entry, context),
  write: (map, entry, context) => readRows('write', map, entry, context),
  tx: (map, entry, context) => {
    const values = settingsOf(map, verbParams.tx, 'tx', context)
    const target = values && askedOf(values.tx, 'tx', context)
    if (values === undefined || target === undefined) return []
    return [{ ...commonOf(entry, values, context), verb: 'tx', target, steps: readSteps(nodesOf(values.do), context) }]
  },
  publish: readPublish,
  push: (map, entry, context) => {
    const values = settingsOf(map, verbParams.push, 'push', context)
    const target = values && askedOf(values.push, 'push', context)
    if (values === undefined || target === undefined) return []
    return [{ ...commonOf(entry, values, context), verb: 'push', target, size: values.size }]
  },
  parallel: readParallel,
  each: (map, entry, context) => {
    const values = settingsOf(map, verbParams.each, 'each', context)
    if (values === undefined) return []
    const { count, 'in-groups-of': inGroupsOf, 'at-once': atOnce } = values
    const steps = readSteps(nodesOf(values.do), context)
    return [{ ...commonOf(entry, {}, context), verb: 'each', count, inGroupsOf, atOnce, steps }]
  },
  repeat: readRepeat,
  choose: (map, entry, context) => {
    const values = settingsOf(map, verbParams.choose, 'choose', context)
    if (values?.choose.kind !== 'map') return []
    const branches = readBranches(values.choose, context.reading).map(({ name, probability, steps, scope }) => {
      const inside = { ...context, reading: { ...context.reading, scope } }
      return { name, probability, steps: readSteps(steps, inside) }
    })
    return branches.length === 0 ? [] : [{ ...commonOf(entry, {}, context), verb: 'choose', branches }]
  },
  hold: (map, entry, context) => {
    const values = settingsOf(map, verbParams.hold, 'hold', context)
    const target = values && askedOf(values.hold, 'hold', context)
    if (values === undefined || target === undefined) return []
    return [
      { ...commonOf(entry, values, context), verb: 'hold', target, steps: readSteps(nodesOf(values.do), context) },
    ]
  },
  try: (map, entry, context) => {
    const values = settingsOf(map, verbParams.try, 'try', context)
    if (values === undefined) return []
    const steps = readSteps(nodesOf(values.try), context)
    const otherwise = readSteps(nodesOf(values.catch), context)
    return [{ ...commonOf(entry, {}, context), verb: 'try', steps, otherwise }]
  },
  fail: (map, entry, context) => {
    const values = settingsOf(map, verbParams.fail, 'fail', context)
    if (values === undefined) return []
    return [{ ...commonOf(entry, {}, context), verb: 'fail', failure: values.fail, probability: values.p }]
  },
  reply: (map, entry, context) => {
    const values = settingsOf(map, verbParams.reply, 'reply', context)
    return values === undefined ? [] : [{ ...commonOf(entry, {}, context), verb: 'reply', size: values.reply }]
  },
  run: readRun,
}

/** The target of a request, and a line from the component that asks to it. */
function askedOf(written: Placed<string>, verb: Verb, { known, who, current, asker }: StepContext): Target | undefined {
  const target = resolveTarget(written, { verb, who }, known)
  const from = current ?? asker
  if (target !== undefined && from !== null) known.usage.edges.add(`${from} -> ${target.component}`)
  return target
}

function readGet(map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.get, 'get', context)
  const target = values && askedOf(values.get, 'get', context)
  if (values === undefined) return []
  // What a cache answers goes on at the caller; a cache in front of its source asks for what it misses itself.
  const asker = context.current === null && target !== undefined ? target.component : context.asker
  const hit = readSteps(nodesOf(values.hit), context)
  const miss = readSteps(nodesOf(values.miss), { ...context, asker })
  if (target === undefined) return []
  const { items, mode } = values
  return [{ ...commonOf(entry, values, context), verb: 'get', target, items, mode, hit, miss }]
}

function readRows(verb: 'read' | 'write', map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams[verb], verb, context)
  if (values === undefined) return []
  const name = 'read' in values ? values.read : values.write
  const target = askedOf(name, verb, context)
  if (target === undefined) return []
  const { rows, pages, consistency: written } = values
  const consistency = written === null ? 'default' : written.kind === 'stale' ? { staleBy: written.by } : written.kind
  return [{ ...commonOf(entry, values, context), verb, target, rows, pages, consistency }]
}

function readPublish(map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.publish, 'publish', context)
  const target = values && askedOf(values.publish, 'publish', context)
  if (values === undefined || target === undefined) return []
  const { count, size, key, batched } = values
  return [{ ...commonOf(entry, values, context), verb: 'publish', target, count, size, key, batched }]
}

function readRepeat(map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.repeat, 'repeat', context)
  if (values === undefined) return []
  const steps = readSteps(nodesOf(values.do), context)
  // A word is for the reader when `count` says the number.
  const count = values.count ?? lawField('count').read(values.repeat, context.reading)
  return count === undefined ? [] : [{ ...commonOf(entry, {}, context), verb: 'repeat', count, steps }]
}

function readParallel(map: MapNode, entry: Entry, context: StepContext): readonly Step[] {
  const values = settingsOf(map, verbParams.parallel, 'parallel', context)
  if (values?.parallel.kind !== 'map') return []
  const { out } = context.reading
  const written = values.parallel.entries
  if (written.length === 0) out.error('wrong-shape', values.parallel.span, '`parallel` has no branches')
  const need = take(readJoin(values.join, written.length), context.reading)
  const times = giveUpTimes(values['give-up'], written, context)
  const branches = written.flatMap(({ key, value }): readonly Branch[] => {
    if (value.kind === 'list') {
      return [{ name: key, steps: readSteps(value.items, context), giveUp: times.get(key) ?? null }]
    }
    out.error(
      'wrong-shape',
      value.span,
      `the branch \`${key}\` is not a list of steps`,
      'write `- work: 2 ms` under it',
    )
    return []
  })
  if (need === undefined || branches.length === 0) return []
  return [{ ...commonOf(entry, {}, context), verb: 'parallel', branches, need }]
}

/** One time for all branches, or one for each that is named. */
function giveUpTimes(
  node: MapNode['entries'][number]['value'] | null,
  branches: readonly Entry[],
  { known, reading, who }: StepContext,
): ReadonlyMap<string, number> {
  const names = branches.map(({ key }) => key)
  if (node === null) return new Map()
  const field = timeField({ above: 0 })
  if (node.kind !== 'map') {
    const time = field.read(node, reading)
    return new Map(time === undefined ? [] : names.map((name) => [name, time]))
  }
  const times = new Map<string, number>()
  for (const { key, keySpan, value } of node.entries) {
    const message = `${who} gives up on the branch \`${key}\`, which does not exist`
    const mistake = { code: 'unknown-branch', name: key, at: keySpan, message, noun: 'branches' }
    if (!names.includes(key)) known.missing.report({ ...mistake, candidates: names })
    const time = field.read(value, reading)
    if (time !== undefined) times.set(key, time)
  }
  return times
}

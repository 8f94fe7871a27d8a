import type { Ratio, Seconds } from '../base/units.ts'
import { scaled } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import { fieldOf, oneOf } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { lawField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { readScaleTarget, type ScaleTarget } from '../text/scalars/part-of.ts'
import { ejectField, ejectionOf, type EjectSettings } from './checks.ts'
import { addServers, type Pauses } from './copies.ts'
import type { Behaviour, SettingsProblem, Workbench } from './define.ts'
import { addSize, checkSize, processorsOf, sizeParams, type SizeSettings } from './size.ts'

interface FleetDefaults {
  readonly instances: string
  readonly cpu: string
  readonly memory: string
  readonly health: {
    readonly interval: string
    readonly unhealthyAfter: string
    readonly source: string
    /** Whether others send it requests, which fail at a dead instance: yes, if left out. */
    readonly isAsked?: boolean
  }
  /** What grows first where there is more to do: requests under way, if left out. */
  readonly pressedBy?: 'cpu' | 'requests'
}

/** How often Kubernetes looks whether a container is ready, and how often it may fail. */
export const probeHealth = {
  interval: '10 s',
  unhealthyAfter: '3',
  source: 'Kubernetes documentation: probes, 2025',
} as const

/** What everything has that runs as one or more instances on processors of its own. */
export const fleetParams = (defaults: FleetDefaults) => ({
  instances: withDefault(wholeField(), defaults.instances, {
    effect: { at: '9', moves: ['busy down'] },
    help: 'Running copies, at the start if it scales.',
  }),
  ...sizeParams(defaults),
  scale: optional(scaleField(scaling[defaults.pressedBy ?? 'requests']), {
    help: 'Adds and removes instances by how busy their processors are.',
  }),
  health: withDefault(watchedField(defaults.health), '{}', {
    help: 'How a dead instance is noticed; until then requests go to it and fail.',
  }),
  'warm-up': optional(warmUpField, {
    help: 'Instances that start again, or are added, are slow at first: caches fill, code is compiled as it runs.',
  }),
  ...pauseParams,
  ...upkeepParams,
})

/** Scales soon: up where it is pressed, down where it is idle; for the effects of single settings. */
const scaling = {
  requests: {
    pressed: ['scale={ target: requests 1, react: 1 s, start: 1 s, max: 12 }'],
    idle: ['scale={ target: requests 50, react: 1 s, start: 1 s, cool-down: 1 s }'],
    much: 'requests 90',
  },
  cpu: {
    pressed: ['scale={ target: cpu 20%, react: 1 s, start: 1 s, max: 12 }'],
    idle: ['scale={ target: cpu 60%, react: 1 s, start: 1 s, cool-down: 1 s }'],
    much: 'cpu 90%',
  },
} as const

const scaleField = ({ pressed, idle, much }: (typeof scaling)['cpu' | 'requests']) =>
  record(
    {
      min: optional(wholeField(), {
        effect: { at: '1', with: ['instances=9', ...idle], moves: ['surge: instances down'] },
        help: 'Instances at least; nothing: `instances`.',
      }),
      max: optional(wholeField(), {
        effect: { at: '4', with: pressed, moves: ['surge: instances down'] },
        help: 'Instances at most; nothing: four times `instances` (assumption).',
      }),
      target: required(fieldOf('a target like `cpu 55%`', { type: 'string' }, readScaleTarget), {
        effect: { at: much, with: pressed, moves: ['surge: instances down'] },
        help:
          'What is kept where: how busy the processors are (`cpu 55%`), requests under way at an instance (`requests 30`), ' +
          'or messages that wait for each consuming instance (`lag 500`).',
      }),
      react: withDefault(timeField({ above: 0 }), '15 s', {
        effect: { at: '10 s', with: pressed, moves: ['surge: instances down'] },
        help: 'What is measured over, and how often it is decided.',
        source: 'Kubernetes documentation: horizontal pod autoscaler sync period, 2025',
        range: '15 s..5 min',
      }),
      start: withDefault(timeField(), '30 s', {
        effect: { at: '10 s', with: pressed, moves: ['surge: instances down'] },
        help: 'From the decision to an instance that serves.',
        source: 'assumption: 5 s to schedule and start a container, seconds to minutes for the program and its checks',
        range: '2 s..3 min',
      }),
      'cool-down': withDefault(timeField(), '5 min', {
        effect: { at: '1 h', with: ['instances=9', ...idle, 'scale.min=1'], moves: ['surge: instances up'] },
        help: 'How long nothing changed before instances are taken away.',
        source: 'Kubernetes documentation: scale-down stabilization 300 s, 2025',
        range: '0 s..10 min',
      }),
    },
    'a scaling rule',
  )

const warmUpField = record(
  {
    for: withDefault(timeField({ above: 0 }), '1 min', {
      help: 'Until an instance is as fast as the others; its speed grows evenly.',
      source: 'assumption: a virtual machine compiles its hot code within a minute or two',
      range: '10 s..5 min',
      effect: { at: '30 s', moves: ['crash: mean up', 'crash: p99 up', 'crash: busy up'] },
    }),
    from: withDefault(ratioField({ above: 0 }), '30%', {
      help: 'Its speed at the start.',
      source: 'assumption: interpreted code takes several times as long',
      range: '10%..80%',
      effect: { at: '10%', moves: ['crash: mean up', 'crash: p99 up', 'crash: busy up'] },
    }),
  },
  'a warm-up',
)

const missed = ['crash: success down', 'zone: success down']

const checkKeys = ({ interval, unhealthyAfter, source, isAsked = true }: FleetDefaults['health']) => ({
  interval: withDefault(timeField(), interval, {
    ...(isAsked ? { effect: { at: '3 s', with: ['health.interval=100 ms'], moves: missed } } : {}),
    help: 'Between two checks.',
    source,
  }),
  'unhealthy-after': withDefault(wholeField(), unhealthyAfter, {
    ...(isAsked ? { effect: { at: '50', with: ['health.interval=100 ms'], moves: missed } } : {}),
    help: 'Failed checks in a row.',
    source,
  }),
})

const watchedField = (defaults: FleetDefaults['health']) =>
  record(
    {
      ...checkKeys(defaults),
      eject: optional(ejectField, {
        help: 'Callers leave an instance out for a while that failed their requests; nothing: they do not.',
      }),
    },
    'a health check',
  )

export const healthField = (defaults: FleetDefaults['health']) => record(checkKeys(defaults), 'a health check')

/** Pauses of whole instances. */
export const pauseParams = {
  'slow-mode': optional(
    record(
      {
        every: required(lawField('time', 'exponential', { isPositive: true }), {
          effect: {
            at: '200 ms',
            with: ['slow-mode.every=fixed(3 s)', 'slow-mode.for=100 ms'],
            moves: ['mean up', 'p99 up'],
          },
          help: 'Time between two pauses.',
        }),
        for: required(lawField('time', 'fixed'), {
          effect: {
            at: '500 ms',
            with: ['slow-mode.every=fixed(500 ms)', 'slow-mode.for=20 ms'],
            moves: ['mean up', 'p99 up'],
          },
          help: 'How long an instance stands still.',
        }),
      },
      'pauses',
    ),
    { help: 'Pauses in which an instance does no work: garbage collection, compaction, a noisy neighbour.' },
  ),
}

const lostLonger = ['lost: success down', 'lost: outage up', 'lost: mean up']
const deployedWorse = ['deploy: success down', 'deploy: outage up', 'deploy: mean up']

/** What happens to instances that are lost or renewed, and what their provider promises. */
export const upkeepParams = {
  recover: optional(
    record(
      {
        restart: optional(timeField(), {
          effect: { at: '15 s', with: ['recover.restart=2 s'], moves: lostLonger },
          help: 'Until a crashed program runs again where it ran.',
        }),
        reschedule: optional(timeField(), {
          effect: { at: '15 s', with: ['recover.reschedule=2 s'], moves: lostLonger },
          help: 'Until it runs on another machine.',
        }),
        replace: optional(timeField(), {
          effect: { at: '15 s', with: ['recover.replace=2 s'], moves: lostLonger },
          help: 'Until a lost machine is replaced.',
        }),
      },
      'times to recover',
    ),
    { help: 'What an orchestrator does after a crash, and how long that takes: a `kill` without an end ends then.' },
  ),
  deploy: optional(
    record(
      {
        strategy: required(oneOf('rolling', 'blue-green', 'canary', 'recreate'), {
          effect: {
            at: 'recreate',
            with: ['deploy={ strategy: rolling, takes: 2 s }'],
            moves: deployedWorse,
          },
          help: 'How a new version comes.',
        }),
        every: optional(timeField({ above: 0 }), {
          effect: {
            at: '4 s',
            with: ['deploy={ strategy: recreate, takes: 1 s }'],
            moves: deployedWorse,
          },
          help: 'How often: a fault `deploy` with an end does it again.',
        }),
        takes: withDefault(timeField({ above: 0 }), '30 s', {
          effect: {
            at: '12 s',
            with: ['deploy={ strategy: recreate, takes: 1 s }'],
            moves: deployedWorse,
          },
          help: 'From the order to a new instance that serves.',
          source:
            'assumption: 5 s to schedule and start a container, seconds to minutes for the program and its checks',
          range: '2 s..3 min',
        }),
        watch: withDefault(timeField(), '5 min', {
          help: 'How long a canary (a tenth of the instances) is watched before the others follow.',
          source: 'assumption: until its figures can be told from chance',
          range: '1 min..1 h',
        }),
      },
      'a way to deploy',
    ),
    { help: 'How new versions come: what a fault `deploy` does.' },
  ),
  sla: optional(ratioField(), {
    effect: { at: '70%', moves: ['success down'] },
    help: 'Availability that its provider promises: the rest of the requests fails, however often they are tried.',
  }),
}

export interface FleetSettings extends SizeSettings {
  readonly instances: number
  readonly scale: {
    readonly min: number | null
    readonly max: number | null
    readonly target: ScaleTarget
    readonly react: Seconds
    readonly start: Seconds
    readonly 'cool-down': Seconds
  } | null
  readonly health: CheckTimes & { readonly eject?: EjectSettings | null }
  readonly 'warm-up': { readonly for: Seconds; readonly from: Ratio } | null
  readonly 'slow-mode': Pauses | null
}

interface CheckTimes {
  readonly interval: Seconds
  readonly 'unhealthy-after': number
}

/** Time from the death of an instance until those who pick know. */
export const detectTime = ({ interval, 'unhealthy-after': times }: CheckTimes): Seconds => interval * times

export function checkFleet(settings: FleetSettings, defaults: FleetDefaults): readonly SettingsProblem[] {
  const { scale, instances } = settings
  const problems: SettingsProblem[] = [...checkSize(settings, defaults)]
  if (scale === null) return problems
  const say = (message: string, hint?: string) =>
    problems.push({
      severity: 'error',
      code: 'scale',
      param: 'scale',
      message,
      ...(hint === undefined ? {} : { hint }),
    })
  if (scale.target.target === 0) say('`scale.target` is 0%, which no number of instances reaches')
  const { min, max } = boundsOf(settings)
  if (min > instances) say(`\`instances: ${instances}\` is below \`scale.min: ${min}\``)
  if (max < instances) say(`\`instances: ${instances}\` is above \`scale.max: ${max}\``)
  return problems
}

const MAX_OVER_INSTANCES = 4

function boundsOf({ scale, instances }: FleetSettings): { readonly min: number; readonly max: number } {
  if (scale === null) return { min: instances, max: instances }
  const min = scale.min ?? instances
  return { min, max: scale.max ?? Math.max(min, instances * MAX_OVER_INSTANCES) }
}

export interface Fleet {
  readonly group: GroupIndex
  readonly cpu: ResourceIndex
  readonly work: NonNullable<Behaviour['work']>
}

/** Group, processors, scaler and price of the instances. */
export function addFleet(bench: Workbench, settings: FleetSettings): Fleet {
  const { min, max } = boundsOf(settings)
  const { scale, health, 'warm-up': warmUp } = settings
  const group = bench.addGroup({
    id: bench.component,
    shards: 1,
    perShard: settings.instances,
    perShardMax: Math.max(max, settings.instances),
    places: bench.places,
    detect: detectTime(health),
    promote: Infinity,
    ...(health.eject ? { eject: ejectionOf(health.eject) } : {}),
    ...(warmUp === null ? {} : { warmUp: { time: warmUp.for, from: warmUp.from } }),
  })
  const { cpu } = processorsOf(settings)
  const processor = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
  if (scale !== null) {
    const { target, react, start: startDelay, 'cool-down': coolDown } = scale
    const times = { react, startDelay, coolDown }
    const by = target.of === 'cpu' ? 'busy' : target.of
    bench.addScaler({ group, by, station: processor.station, min, max, target: target.target, ...times })
  }
  addSize(bench, group, settings)
  return { group, cpu: processor.station, work: processor.work }
}

interface Processor {
  readonly station: ResourceIndex
  readonly work: NonNullable<Behaviour['work']>
  /** Seconds of one server for a second of work: above 1 for a part of a processor. */
  readonly stretch: number
}

/**
 * The processors of an instance, shared by all that runs on it: an operating system gives each runnable thread its
 * turn, so nobody waits behind a long one. A part of a processor works slower; 1.5 are two at three quarters.
 */
export function addProcessor(
  bench: Workbench,
  group: GroupIndex,
  { cpu, pauses }: { readonly cpu: number; readonly pauses: Pauses | null },
): Processor {
  const servers = Math.max(1, Math.ceil(cpu))
  const stretch = servers / cpu
  const station = addServers(bench, group, { name: 'cpu', servers, discipline: 'ps', label: 'cpu', pauses })
  const work: Processor['work'] = (time, { each, times }, write) => [
    write.serve(station, scaled(time, stretch), { each: each * stretch, times }),
  ]
  return { station, work, stretch }
}

/** For `per` of steps whose work does not grow with a register. */
export const once = { each: 0, times: 'items' } as const

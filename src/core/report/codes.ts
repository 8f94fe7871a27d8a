// @data
import type { ReviewStep } from '../base/review-step.ts'

/** What a diagnostic's code means and what to do about it; `loadpath explain <code>`. */
export interface CodeText {
  readonly meaning: string
  readonly remedy: string
  /** Of a rule: its step of a review. */
  readonly step?: ReviewStep
  /** Of a threat: where others describe it. */
  readonly references?: {
    readonly stride: readonly string[]
    readonly cwe: readonly number[]
    readonly asvs: readonly string[]
  }
}

/** `STRIDE: spoofing; CWE-306; OWASP ASVS 4.0.3: 1.2.2`. */
export const referencesText = ({ stride, cwe, asvs }: NonNullable<CodeText['references']>): string =>
  [
    `STRIDE: ${stride.map((threat) => threat.replaceAll('-', ' ')).join(', ')}`,
    cwe.map((number) => `CWE-${number}`).join(', '),
    `OWASP ASVS 4.0.3: ${asvs.join(', ')}`,
  ].join('; ')

/** Words of verdicts, beside the codes of diagnostics. */
export const reasonTexts: Readonly<Record<string, CodeText>> = {
  saturation: {
    meaning:
      'A station has as much work as its servers can do: requests queue before it, and the queue is where their time goes.',
    remedy:
      'More servers or instances, less work per request, or less load (cache, batch). Queueing grows without bound as the busy share nears 100%.',
  },
  pool: {
    meaning:
      'All slots of a pool (threads, connections) are held while what their holders use still has room: the pool is the limit.',
    remedy:
      'Make the pool larger, or hold its slots for a shorter time. Check that what is behind it can take the extra load.',
  },
  lock: {
    meaning: 'Requests wait for one lock; only one of them at a time gets on, whatever the number of servers.',
    remedy: 'Hold it for less time, split it by key, or do without.',
  },
  queue: {
    meaning: 'Requests wait although the station is not full on average: arrivals or service times come in bursts.',
    remedy: 'Smooth the arrivals, separate long from short work, or keep more room.',
  },
  'hot-shard': {
    meaning: 'One copy gets much more of the load than its siblings, because keys are not asked for alike.',
    remedy: 'Shard by another key, spread the hot keys, or put a cache before it. More shards do not help one hot key.',
  },
  retries: {
    meaning:
      'Attempts outnumber requests: work that callers gave up on is done all the same, and done again. It can keep a system down after the trouble is over.',
    remedy: 'A retry budget (retry.budget: 10%), fewer retries, a breaker, or after-timeout: stop.',
  },
  'cold-cache': {
    meaning:
      'The cache is empty, or a popular key of it has expired, and what it usually answers reaches what is behind it.',
    remedy:
      'on-miss: single-flight or early-refresh, a warm start, a limit before the store, or a store that bears the misses.',
  },
  dependency: {
    meaning: 'Another component that the flow waits for is the limit.',
    remedy: 'Shorten the wait (timeout, fallback), or make that component faster.',
  },
  network: {
    meaning: 'Most of the time is spent between places, not in components.',
    remedy: 'Fewer round trips, batches, or parts that are nearer to each other.',
  },
  fault: {
    meaning: 'The scenario broke a part on purpose, and the design does not get around it.',
    remedy: 'Redundancy, a fallback, a shorter timeout.',
  },
  'scaling-lag': {
    meaning: 'The autoscaler acts, but later than the load comes.',
    remedy: 'A lower target, a shorter reaction, a faster start, or a higher minimum.',
  },
  limit: {
    meaning: 'A rate limit or a concurrency limit refuses requests.',
    remedy: 'Raise it, or expect less to succeed.',
  },
  pause: {
    meaning:
      'The component stops for a while now and then: garbage collection, compaction, a noisy neighbour, an outage.',
    remedy: 'Shorter pauses, more copies so that others go on, or a hedged request.',
  },
  cost: {
    meaning: 'This component is the largest part of the cost.',
    remedy: 'Smaller machines, fewer instances, or a cheaper kind; the items are under cost_usd_per_month.',
  },
  unknown: {
    meaning: 'No single part stands out: nothing is full, and no step takes most of the time.',
    remedy: 'Look at the breakdown of the flow (--full or --json), or measure for longer.',
  },
  service: {
    meaning: 'The work itself takes this long, without waiting.',
    remedy: 'Less work on the path, or work side by side.',
  },
}

const c = (meaning: string, remedy: string): CodeText => ({ meaning, remedy })

/** Codes of diagnostics: what was found, and how to put it right. */
export const diagnosticTexts: Readonly<Record<string, CodeText>> = {
  'yaml-syntax': c(
    'The text is not YAML 1.2 at this place.',
    'Check quotes, brackets and indentation here and one line above.',
  ),
  'merge-conflict': c(
    'Version control could not put two changes of this file together, and left both with marks around them.',
    'Keep one of the two texts, or both put together, and remove the lines with the marks.',
  ),
  'yaml-tag': c(
    'A tag such as !!js/function. Tags could run code or change types, so none is read.',
    'Remove it; write the plain value.',
  ),
  'yaml-directive': c(
    'A line that starts with %. Directives change how the rest is read, so none is allowed.',
    'Remove the line.',
  ),
  'multiple-documents': c(
    'A second YAML document in the file.',
    'One file, one design: remove the --- line or move the rest to its own file.',
  ),
  'not-a-design': c(
    'The file is empty, or something other than a design.',
    'loadpath init writes a small one to start from.',
  ),
  usage: c(
    'The command line, or the file that it names, is not what the command can use. Under --json this stands where the diagnostics of a design do.',
    'The message says what is taken; loadpath help <command> shows examples.',
  ),
  environment: c(
    'A file, a disk, a thread or the memory failed the command. Under --json this stands where the diagnostics of a design do.',
    'The message says what failed. Put that right, and run the command again.',
  ),
  'null-value': c('A key without a value. It is never guessed what was meant.', 'Write the value, or remove the key.'),
  'duplicate-key': c('The same key twice in one map: one of the two would be ignored.', 'Keep one.'),
  'reserved-key': c('A name that JavaScript gives a meaning of its own.', 'Choose another name.'),
  'ambiguous-key': c(
    'on, off, yes, no and the like: readers of YAML do not agree whether they are words or truth values.',
    'Choose another name.',
  ),
  'empty-key': c('A key without a name.', 'Give it one.'),
  'tab-indent': c('YAML does not allow tabs for indentation.', 'Use spaces.'),
  'nested-too-deep': c(
    'More levels inside each other than the reader takes.',
    'Flatten it, or raise the limit: --limit depth=128 (at most 256).',
  ),
  'too-many-values': c(
    'More values than the reader takes, after every alias is written out.',
    '--limit nodes=... raises the limit.',
  ),
  'too-many-keys': c('More keys in one map than the reader takes.', '--limit keys=... raises the limit.'),
  'value-too-long': c('One value is longer than the reader takes.', '--limit scalar-length=... raises the limit.'),
  'line-too-long': c('One line is longer than the reader takes.', '--limit line-length=... raises the limit.'),
  'file-too-large': c('The file is larger than the reader takes.', '--limit file-size=... raises the limit.'),
  'alias-expansion': c(
    'Aliases that multiply each other into more values than the reader takes.',
    'Write the values out, or use fewer aliases.',
  ),
  'anchor-cycle': c('An anchor that contains itself.', 'Break the circle.'),
  'unknown-anchor': c(
    'An alias without an anchor of that name before it.',
    'Define the anchor first, or fix the name.',
  ),
  'merge-value': c('A merge key (<<) takes a map or a list of maps.', 'Merge an anchor of a map.'),
  'control-character': c('A character that cannot be seen.', 'Remove it; in a quoted string, write its escape.'),
  'unknown-scenario': c('There is no scenario of this name.', 'Use one that stands under scenarios, or baseline.'),
  'queue-nowhere': c(
    'A call is to be kept and done later, but its caller is an actor, which keeps nothing.',
    'Let a component make the call, or take another `on-fail`.',
  ),
  'not-in-technology': c(
    'The general kind has this setting, but the technology named here cannot do it.',
    'Leave it out, or write another technology or the general kind.',
  ),
  'write-behind': c(
    'A cache that writes behind has to know the table that it writes to.',
    'Write store, the table of a store: db.links.',
  ),
  'range-of-law': c(
    'A range says what is not known of a number; it stands around a law, which already says how the value varies.',
    'Scale the law by an uncertain number in an expression, or leave the range out.',
  ),
  'sweep-thinned': c(
    'A sweep has more combinations than are played side by side; some of them were left out, evenly.',
    'Write fewer values, or give each question a scenario of its own.',
  ),
  'language-version': c(
    'The design is written for another version of the language than this product reads.',
    'A newer one: upgrade Loadpath. An older one: change the line to the version that is named.',
  ),
  'missing-key': c('A key that has to be there is missing.', 'Add it; the message says what belongs there.'),
  'unknown-key': c(
    'A key that has no meaning at this place. It is never ignored, so that a slip does not turn into a default.',
    'Fix the spelling, move it to where it belongs, or remove it.',
  ),
  'wrong-shape': c(
    'A map where a list or a word belongs, or the other way round.',
    'Write it in the form that the message names.',
  ),
  'unknown-word': c('One of a few words is needed here, and this is none of them.', 'Take one of those listed.'),
  'unknown-choice': c(
    'One of a few forms is needed here, like `async` or `threads(200)`, and this is none of them.',
    'Take one of those listed.',
  ),
  'call-arguments': c(
    'Something in the brackets is missing, too much, or of the wrong sort.',
    'Write it like the example in the hint; arguments are separated by spaces.',
  ),
  name: c(
    'A name that could not be used in paths, manifests and pictures.',
    'Letters, digits, - and _, at most 63 characters.',
  ),
  'scalar-syntax': c(
    'The value is not put together as values of its sort are.',
    'Write it like the examples in the hint.',
  ),
  'number-format': c(
    'A way to write numbers that some readers take for another number.',
    'Digits with a decimal point: 1000, 1 k, 0.5.',
  ),
  'number-range': c('The number is outside of what makes sense here.', 'Take one within the bounds that are named.'),
  'not-a-number': c('A quantity is needed here.', 'Write a number with its unit.'),
  'unit-missing': c(
    'A number alone is a count; here it has to carry its unit.',
    'Add the unit: 250 ms, 400/s, 4 KB, 55%.',
  ),
  'unit-wrong': c('The unit measures something else than is needed here.', 'Take a unit of the sort that is named.'),
  'unit-unknown': c(
    'Not a unit of the language.',
    'us ms s min h d y, B KB MB GB KiB MiB GiB, kbit Mbit Gbit, USD, %.',
  ),
  'unit-ambiguous': c('A unit that people read in two ways.', 'Write the one that is meant.'),
  'unknown-law': c(
    'There is no distribution of this name.',
    'Take one of those listed, like exp(5 ms) or { p50: 2 ms, p99: 12 ms }.',
  ),
  law: c('A sum holds one distribution and constants.', 'Write 1 ms + exp(4 ms).'),
  'file-missing': c('A file with measured values cannot be read.', 'Name a file beside the design, one value a line.'),
  'shares-sum': c(
    'Shares that belong together do not make 100 % (within a millionth).',
    'Change one of them; the message shows all.',
  ),
  'expression-not-allowed': c('An expression cannot stand here.', 'Write the value itself.'),
  'expression-unit': c(
    'The units of an expression do not go together, or what comes out is not what is needed.',
    'Check each name: a count, a time, a rate, a size. A distribution can be scaled by a number and moved by one.',
  ),
  'expression-zero': c('An expression divides by zero.', 'Check the divisor.'),
  'expression-too-long': c(
    'An expression with more steps or brackets than anybody can follow.',
    'Give parts of it names in assume.',
  ),
  'unknown-name': c('An expression uses a name that assume does not have.', 'Add it to assume, or fix the spelling.'),
  'assumption-cycle': c('The value of an assumption depends on itself.', 'Give one of the names on the path a number.'),
  'objective-syntax': c(
    'An objective is a plain comparison.',
    'Write p99 < 120 ms, success > 99.95%, utilization < 70%.',
  ),
  'objective-subject': c('This is not measured of that.', 'Move the comparison to a subject that has it.'),
  'objective-contradiction': c('No system can meet both comparisons.', 'Change one of them.'),
  'unknown-subject': c(
    'An objective or a recovery goal is about something that does not exist.',
    'Name a flow, a component, a data set, or system.',
  ),
  'unknown-kind': c(
    'There is no such kind, neither of the product nor in section kinds.',
    'Fix the spelling, or define it in kinds.',
  ),
  'kind-exists': c('A kind of the product has this name already.', 'Choose another name for yours.'),
  'kind-cycle': c('Kinds that are each other.', 'Let one of them be a kind of the product.'),
  'unknown-component': c('Something names a component that does not exist.', 'Fix the spelling, or add the component.'),
  'unknown-part': c(
    'The component has no table, keyspace, topic or lock of this name.',
    'Fix the spelling, or declare it there.',
  ),
  'part-missing': c(
    'A component with several tables, keyspaces or topics was named without saying which.',
    'Write component.part.',
  ),
  'unknown-path': c('The table has no access path of this name.', 'Fix the spelling, or add it under access.'),
  'unknown-operation': c(
    'The component has no operation of this name.',
    'Fix the spelling, or add it under operations.',
  ),
  'wrong-verb': c('Components of this kind cannot be asked for that.', 'Use one of the verbs that are listed.'),
  'step-verb': c('Each step has exactly one verb.', 'Split it into two steps, or fix the spelling.'),
  'step-nowhere': c(
    'Work needs a component that does it, and these steps run at none.',
    'Put it into the do of a call.',
  ),
  'no-steps': c('A flow without steps does nothing.', 'Add steps, or remove the flow.'),
  'too-many-steps': c(
    'With all fragments written out there are more steps than can be read.',
    'Run fragments less often, or use repeat.',
  ),
  choose: c(
    'The branches of a choose do not fit together.',
    'By p with a sum of 100 %, or by when; one branch may have neither.',
  ),
  condition: c('A condition compares a name of assume with a number.', 'Write when: followers < celebrity.'),
  'unknown-branch': c('A branch of that name does not exist.', 'Fix the spelling.'),
  'unknown-fragment': c('There is no fragment of this name.', 'Fix the spelling, or add it to fragments.'),
  'fragment-cycle': c('A fragment that runs itself would never end.', 'Use repeat for steps that are done again.'),
  'call-cycle': c(
    'Components that wait for each other in a ring. As an error: the ring never ends. As a warning: it ends, but with all threads waiting nobody is left to answer.',
    'Break the ring: publish an event instead of waiting, or move the shared part into a component of its own.',
  ),
  'unknown-policy': c('There is no policy of this name.', 'Fix the spelling, or add it to policies.'),
  arrow: c('Rules between two things are written a -> b.', 'Write the caller, an arrow, the callee.'),
  'unknown-place': c(
    'There is no place of this name.',
    'Declare it in places; where requests come from may also be a part of the world.',
  ),
  'place-kind': c(
    'A place is a region with zones, a set of edge locations, or a client network.',
    'Keep the keys of one of them.',
  ),
  'unknown-actor': c(
    'A flow comes from an actor that load does not have.',
    'Fix the spelling, or add the actor to load.',
  ),
  'unknown-flow': c('Something names a flow that does not exist.', 'Fix the spelling, or add the flow.'),
  'flow-start': c(
    'A flow starts by an actor, by messages, or by a schedule.',
    'Keep one of from, consume and every, and the keys that go with it.',
  ),
  'actor-demand': c(
    'An actor asks by a rate, as users, or as a closed population.',
    'Keep one of them, and the keys that go with it.',
  ),
  'no-load': c(
    'A flow that nobody starts, or an actor that starts what is not its own: it plays no part, or an unexpected one.',
    'Put it into the mix of its actor.',
  ),
  unreachable: c(
    'No flow reaches this component: it costs, and plays no part.',
    'Call it, name it in via, or remove it.',
  ),
  unused: c('Something was written that nobody uses: a slip more often than a wish.', 'Use it, or remove it.'),
  'function-flow': c(
    'Functions and flows are told apart by name: one has no partner.',
    'Name flow and function alike, or add what is missing.',
  ),
  'no-effect': c('A setting has no effect beside the others.', 'Remove it, or change what makes it moot.'),
  'fault-kind': c(
    'A fault says one thing that goes wrong.',
    'kill, slow, errors, disconnect, flush, burst, partition, fill, throttle, deny, failover or deploy.',
  ),
  'fault-target': c(
    'A fault hits something that does not exist, or that it cannot hit.',
    'Name what the message lists.',
  ),
  'fault-time': c(
    'When a fault begins or ends is missing or does not fit.',
    'at with for or until, or during at the scenario.',
  ),
  'fault-strength': c('How strong a fault is was not said.', 'times or by for slow, times and over for burst.'),
  'empty-scenario': c('A scenario that changes nothing is the baseline.', 'Add faults, load or set, or remove it.'),
  'empty-variant': c('A variant that changes nothing is the design itself.', 'Add set, add or remove, or remove it.'),
  sweep: c('A sweep or search needs paths and values to try.', 'Write components.api.instances: 3..30, or a list.'),
  search: c(
    'A search has one goal, what may vary, and what has to hold.',
    'minimize: cost, vary, subject-to: [objectives].',
  ),
  'overlay-path': c(
    'A path of set, add, remove or --set matches nothing. It is never ignored, so that a slip does not leave the design as it was.',
    'Fix the path; what is new is added by add.',
  ),
  'unknown-variant': c('There is no variant of this name.', 'Use one that stands under variants.'),
  'unknown-environment': c('There is no environment of this name.', 'Use one that stands under environments.'),
  'import-path': c(
    'An import may only name a YAML or JSON file in the folder of the design or below it: no absolute path, no URL, no way out of the folder, no ring.',
    'Move the file beside the design and name it relatively.',
  ),
  'unknown-boundary': c('There is no boundary of this name.', 'Fix the spelling, or add it to boundaries.'),
  boundary: c('Something is in two boundaries at once.', 'Nest one in the other by within.'),
  'unknown-class': c(
    'A component has a class of data that security.data does not declare.',
    'Declare it, or fix the spelling.',
  ),
  technology: c(
    'The components do not keep to the technologies that the constraints require or avoid.',
    'Change the component or the constraint.',
  ),
  region: c(
    'The places do not keep to the regions that the constraints allow.',
    'Move the place or change the constraint.',
  ),
  'not-checked-yet': c(
    'The language can say this and it is kept, but this version does not hold the system against it.',
    'Nothing to do; do not read a verdict into it.',
  ),
  'work-nowhere': c(
    'Work at a component that has no processor of its own to do it.',
    'Call a component that can work, like a service or a station.',
  ),
  'balance-weights': c('balance: weighted needs weights.', 'Add weights: [3, 1].'),
  breakdown: c('A station that breaks down has both an up and a down time.', 'Add the other one.'),
  'unknown-index': c(
    'An access path goes by an index that the table does not have.',
    'Fix the spelling, or add the index.',
  ),
  'no-parts': c('A store of keys without any keyspace can keep nothing.', 'Add one under keyspaces.'),
  replicas: c('The way to replicate does not fit the number of copies.', 'Change mode or count.'),
  scale: c('The bounds of scaling do not fit together.', 'min is at most max, and the instances lie between.'),
  'size-and-machine': c('Size and machine both say how large an instance is.', 'Write one of them.'),
  'topic-copies': c('A topic wants more copies than there are brokers.', 'Add brokers, or want fewer copies.'),
  'accepted-nothing': c(
    'Something is accepted that is not found, or not there: it would hide what comes later.',
    'Remove it, or name rule and place as the message does that it is about.',
  ),
  'accepted-ended': c(
    'The last day on which a finding was accepted is past. It counts again.',
    'Put right what was found, or decide anew and move `until`.',
  ),
  'metastable-range': c(
    'At this load the system can be healthy or overloaded, and stays as it is: once something made it wait for too long (a standstill, a burst), timeouts and retries keep it busy with work that nobody waits for any more, even after the trouble is over.',
    'A retry budget (retry.budget: 10%), fewer retries, a breaker, after-timeout: stop, bounded queues, or more room. `loadpath explain retries` says more.',
  ),
  'not-survived': c(
    'A failure that is to be survived (`requirements.survive`) breaks an objective for as long as it lasts: an answer may come back, but not often enough or not in time. Every failure that the words mean is solved with the load that what is left has to carry; figures that are not sure leave it open.',
    'More copies in other zones, room for the load of what fails, a way to do without (`on-fail`, `optional`), or less that is to be survived. `loadpath availability` shows all cases.',
  ),
  'goal-missed': c(
    'A recovery goal does not hold when the leader, or the only copy, of what keeps the data is lost: more of the newest data is gone, or it is away for longer, than `requirements.recovery` allows.',
    'Copies that writes wait for (`mode: sync`), a faster failover, a second copy, or a goal that fits. `loadpath availability` shows what each loss costs.',
  ),
  'memory-full': c('What is to be kept does not fit into the memory.', 'Add memory or instances, or keep less.'),
}

/** Codes that verdicts have where every finding needs one: SARIF, annotations. */
export const verdictTexts: Readonly<Record<string, CodeText>> = {
  'objective-missed': c(
    'An objective is missed: the whole interval of the figure lies on the wrong side of its target, or, of an analysis, all that its method may be off by.',
    'The cause says which part is the limit, and `loadpath explain` with the reason of the cause says what helps. `loadpath knee` shows up to which load the objective holds.',
  ),
  'objective-undecided': c(
    'The interval of a figure holds the target of its objective, so that neither met nor missed can be said.',
    'Play for longer (`--precision 1%`, `--budget 5min`), or ask for a target that is not as near.',
  ),
}

/** Everything that `loadpath explain` knows by name. */
export const codeTexts: Readonly<Record<string, CodeText>> = { ...diagnosticTexts, ...verdictTexts, ...reasonTexts }

// @data
/** What a diagnostic's code means and what to do about it; `loadpath explain <code>`. */
export interface CodeText {
  readonly meaning: string
  readonly remedy: string
}

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
    meaning: 'The cache is empty, and everything it usually answers reaches what is behind it.',
    remedy: 'on-miss: single-flight, a warm start, a limit before the store, or a store that bears the misses.',
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
  'not-simulated': c(
    'The language can say this, but the simulator cannot play it yet. It is never ignored silently.',
    'Leave it out for now, or play another scenario.',
  ),
}

/** Everything that `loadpath explain` knows by name. */
export const codeTexts: Readonly<Record<string, CodeText>> = { ...diagnosticTexts, ...reasonTexts }

/**
 * Where the numbers of a record stand. All its whole numbers lie side by side in one array, and so do its times: what
 * is used together is near, and one look at an array serves many fields. A record has 32 words of `ints` and 8 of
 * `floats`; `ints[(record << INTS) | PC]` is its program counter.
 */
export const INTS = 5
export const FLOATS = 3

/** Of a record. Instruction to go on at. */
export const PC = 0
/** What the record is doing. */
export const MODE = 1
/** Stale events are known by old numbers: of its current wait, of this life of the record, of its current call. */
export const WAKE = 2
export const LIFE = 3
export const SERIAL = 4
/** Links of the queue it stands in, and the copy (of a station, pool or flight) that queue belongs to. */
export const NEXT = 5
export const PREV = 6
export const AT = 7
/** The list of what it booked. */
export const HEAD = 8
export const TAIL = 9
/** The entry that must stay as it is, because a frame was entered after it. */
export const SEAL = 10
/** Instruction pairs know their site; who ends a wait from outside needs the point it is booked at. */
export const POINT = 11
/** Request, attempt or branch; and of which flow. */
export const KIND = 12
export const FLOW = 13
/** Who waits for this one; -1: nobody. */
export const PARENT = 14
export const FIRST_CHILD = 15
export const NEXT_SIBLING = 16
export const PREV_SIBLING = 17
/** Call site of the frame it runs in; -1: the request's own frame. */
export const CALL_SITE = 18
/** Of a request: its source, or -1 - its consumer loop. Of an attempt: the instance that counts it; -1: none. */
export const ORIGIN = 19
export const COUNTED = 19
/** Of a request: 1 = answered. Of an attempt: what the breaker has to be told (1), or that it was its probe (2). */
export const ANSWERED = 20
export const GUARD = 20
/** Why the wait that just ended was in vain; 0 = it was not. */
export const OUTCOME = 21
/** How this attempt or branch ended; 0 = well. */
export const VERDICT = 22
/** Place of the request's source; -1: none. */
export const PLACE = 23
/** Its set of keys; -1: none. */
export const KEYS = 24
/** Registers. */
export const ITEMS = 25
export const FOUND = 26
export const MISSED = 27
export const GROUP = 28
/** While it waits for attempts: how many were made. While it waits for branches: how many ended well. */
export const TRIES = 29
/** Branches that failed, or iterations still to start. */
export const REST = 30
/** Ring of the event set that its service ends by; -1: none. */
export const RING = 31

/** Times of a record. Intended start of a request, start of an attempt or branch. */
export const START = 0
/** When it came to the copy it is at, and when its service began. */
export const SINCE = 1
export const STARTED = 2
/** Seconds of service it already had in this visit. */
export const DONE = 3
/** Work left at `STARTED`, in seconds at normal speed. */
export const REMAINING = 4
export const DEADLINE = 5
/** When the current call, or fork, began. */
export const CALL_START = 6
/** When the caller's patience with this attempt ends. */
export const LIMIT = 7

/**
 * The numbers behind the words of the kernel: instructions, scopes, what a record is doing, and what an event is for.
 * An instruction is four words: code, number of its site (its constants), scope it runs in, and where it jumps.
 */
export const SERVE = 0
export const LEAVE = 1
export const DELAY = 2
export const HOLD = 3
export const HELD = 4
export const RELEASE = 5
export const ADMIT = 6
export const CALL = 7
export const ARM = 8
export const DEPART = 9
export const LAND = 10
export const BACK = 11
export const ANSWER = 12
export const LOOKUP = 13
export const DECIDE = 14
export const LANDED = 15
export const PROBE = 16
export const INSERT = 17
export const CHOOSE = 18
export const FORK = 19
export const BRANCH_END = 20
export const REPEAT = 21
export const LOOP = 22
export const SPREAD = 23
export const PUBLISH = 24
export const REPLY = 25
export const FAIL = 26
export const NEW_KEY = 27
export const JUMP = 28
export const END = 29
/** Gives a caller's slot back, unless the caller did when it gave up. */
export const GIVE_BACK = 30
/** A call without any policy runs in its caller's record. */
export const ENTER = 31
export const RETURN = 32
export const EXIT = 33

/** Serve and leave at a plain station, alone or shared. */
export const SERVE_FIFO = 34
export const LEAVE_FIFO = 35
export const SERVE_UNSHARED = 36
export const LEAVE_UNSHARED = 37

/** A hit on a key that grows old: goes on to the fork that fetches it anew, else past it. */
export const REFRESH = 38

/** Whoever got a slot of a pool whose slots are started: goes on to the start of a new one, else past it. */
export const START = 39

/** Words of an instruction. */
export const WORDS = 4
export const SHIFT = 2
export const SITE = 1
export const SCOPE = 2
export const TARGET = 3

/**
 * A scope says what a failure does on its way out. Words: kind, enclosing scope (-1: none), local, instruction to go on
 * at.
 */
export const SCOPE_HOLD = 0
export const SCOPE_TRY = 1
/** The steps at a callee: a failure becomes its answer. */
export const SCOPE_FRAME = 2
/** A whole attempt or branch: a failure ends it. */
export const SCOPE_ROOT = 3
export const SCOPE_FLIGHT = 4
/**
 * Like a hold, but the caller's (connection, bulkhead): given back when the caller gives up, whatever the callee does.
 */
export const SCOPE_CALLER = 5
/** Rounds of a repeat: the register `group` of outside comes back. */
export const SCOPE_LOOP = 6
/** Like a frame, of a call that runs in its caller's record; the local is the number of its site. */
export const SCOPE_INLINE = 7

/** What a record is doing. */
export const FREE = 0
export const RUNNING = 1
export const QUEUED = 2
export const IN_SERVICE = 3
export const SHARING = 4
export const SUSPENDED = 5
export const TIMED = 6
export const WAITING = 7
export const IN_FLIGHT = 8

/** What a record is. */
export const ROOT = 0
export const ATTEMPT = 1
export const BRANCH = 2

/** An event's `what` is its kind times 2^26 plus the number of a record, source, copy … */
export const KIND_SHIFT = 26
export const INDEX_MASK = (1 << KIND_SHIFT) - 1
export const WAKE = 0
export const PATIENCE = 1
export const HEDGE = 2
export const RETRY = 3
export const TIMEOUT = 4
export const GIVE_UP = 5
export const DEADLINE = 6
export const ARRIVAL = 7
export const THOUGHT = 8
export const SHARE = 9
export const OUTAGE = 10
export const FAULT_START = 11
export const FAULT_END = 12
export const DETECT = 13
export const PROMOTE = 14
export const SCALE = 15
export const STARTED = 16
export const FEED = 17
export const BATCH_RETRY = 18
export const SHIP = 19
export const UNSEEN = 20
export const RETURNED = 21
export const BREAKDOWN = 22
export const RESTORED = 23
export const READMIT = 24
export const WARMER = 25
export const AGREED = 26

/** Failure codes are positions in `failures` plus one; 0 is a good answer. */
export const GOOD = 0
export const TIMED_OUT = 1
export const PAST_DEADLINE = 2
export const REJECTED = 3
export const RATE_LIMITED = 4
export const CONNECT_ERROR = 5
export const ERROR = 6
export const BREAKER_OPEN = 7
export const ABANDONED = 8
export const MISSING = 9

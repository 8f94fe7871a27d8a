/** Inside there is one unit for each dimension; the alias names it, the field does not repeat it. */
export type Seconds = number
export type PerSecond = number
export type Bytes = number
export type BytesPerSecond = number
/** 0..1 */
export type Ratio = number
/** US dollars. */
export type Dollars = number

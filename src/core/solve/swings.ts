import { exp, log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'

/** What is known of a number that is found again and again. */
interface Course {
  last: number
  /** Part of the way that it goes. */
  part: Ratio
  wasUp: boolean
}

/** Swings smaller than this die down by themselves. */
const SMALL: Ratio = 1e-3
const LEAST: Ratio = 1 / 64

/**
 * Numbers above 0 that overshoot: each turn back halves the part of the way that is gone from then on, each step in the
 * same direction lengthens it again. On logarithms, so that two whose product is given keep it.
 */
export class Swings {
  private readonly courses = new Map<string, Course>()

  /** Where a number goes that was `found`, all those of one key the same part of their way. */
  next(key: string, found: number): Ratio {
    const course = this.courses.get(key)
    if (course === undefined || !(found > 0) || !(course.last > 0)) {
      this.courses.set(key, { last: found, part: 1, wasUp: true })
      return 1
    }
    const way = log(found / course.last)
    if (Math.abs(way) > SMALL) {
      const isUp = way > 0
      course.part = isUp === course.wasUp ? Math.min(1, course.part * 1.2) : Math.max(LEAST, course.part / 2)
      course.wasUp = isUp
    }
    course.last *= exp(course.part * way)
    return course.part
  }
}

/** Part of the way from one number to another, on logarithms. */
export const towards = (from: number, to: number, part: Ratio): number =>
  part < 1 && from > 0 && to > 0 ? from * exp(part * log(to / from)) : to

import { describe, expect, it } from 'vitest'
import { firstMissed } from '../result/crossing.ts'
import { type Knee, kneeOf, pointOf } from '../result/knee.ts'
import { singleServer, target } from '../result/knee.test-support.ts'
import { deskReport, options } from './knee.test-support.ts'
import { kneeText } from './knee-text.ts'
import { plainStyle } from './layout.ts'

describe('kneeText', () => {
  it('says how much load the design bears, draws the curve, and says what would help', () => {
    expect(kneeText(deskReport())).toMatchInlineSnapshot(`
      "✘ desk: holds up to 96.2% of this load, where \`ask\` misses p99 < 0.2

         objective                  holds until  requests  between
      a  ask        p99 < 0.2       96.2%            77/s  (93.3% .. 99.1%)
      c  ask        p50 < 0.1       116%           93.1/s  (115% .. 117%)
      b  ask        success > 0.95  132%            105/s

      response time of ask
               │                                                   ┊          ⡀                  p99
               │                                                   ┊        ⡠⠊
        500 ms │                                                   ┊     ⡠⠔⠊
               │                                                   ⢀⣀⠤⠔⠊⠉                        p50
               │───────────────────────────────────────────⢀⣀⣀⠤⠤⠒◆⠉⠁──────────────────────────── limit a
        100 ms │──────────────────────────────⢀⣀⣀⣀⡠⠤⠤⠔⠒⠒⠊⠉⠉⠁────────────────◆⠔────────────────── limit c
               │         ⢀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁                    ┊     ⡀
         50 ms │⠒⠒⠊⠉⠉⠉⠉⠉⠉⠁                                         ┊⡀ ⠄ ⠈
               │                                            ⡀⢀ ⠠ ⠐ ⠈
               │                               ⢀ ⡀⢀⠄⠠ ⠔ ⠂ ⠁⠈       ┊
         10 ms │           ⢀ ⡀⢀ ⡀ ⠄⠠ ⠄ ⠂⠐ ⠂ ⠁⠈ ⠁                   ┊
               │⠂⠐ ⠂ ⠁⠈ ⠁⠈                                         ┊
      requests a second
               │                                                   ┊               ⢀ ⡀⢀ ⠠ ⠄⠠⠂⠐ ⠂ offered
               │                                                ⣀⣀⣀⣀⣀⠤⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ goodput
          50/s │                             ⢀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠒⠒⠒⠒⠊⠉⠉⠉⠉   ┊
               │           ⣀⣀⣀⣀⡠⠤⠤⠤⠤⠒⠒⠒⠒⠒⠉⠉⠉⠉⠁                     ┊
           0/s │⠤⠔⠒⠒⠒⠒⠉⠉⠉⠉⠉                                        ┊
               └──────┴──────────┴──────────┴───────────┴──────────┴──────────┴──────────┴────── load
                     20%        40%        60%         80%       100%       120%       140%
                                              k                  a          c        b

      load  offered  goodput  success     mean      p50      p99  between               misses
       10%      8/s      8/s     100%  10.9 ms  7.53 ms  50.1 ms  (45.1 ms .. 55.1 ms)
       20%     16/s     16/s     100%  11.9 ms  8.25 ms  54.8 ms  (49.3 ms .. 60.3 ms)
       40%     32/s     32/s     100%  14.7 ms  10.2 ms  67.7 ms  (61 ms .. 74.5 ms)
       60%     48/s     48/s     100%  19.2 ms  13.3 ms  88.6 ms  (79.7 ms .. 97.4 ms)
       80%     64/s     64/s     100%  27.8 ms  19.3 ms   128 ms  (115 ms .. 141 ms)
      100%     80/s     80/s     100%    50 ms  34.7 ms   230 ms  (207 ms .. 253 ms)    a
      120%     96/s     96/s     100%   250 ms   173 ms   1.15 s  (1.04 s .. 1.27 s)    a c
      140%    112/s    100/s      89%        –        –        –                        a b c
      150%    120/s    100/s      83%        –        –        –                        a b c

      knee (k)    ask at 62.5% (50/s), mean 20 ms; goodput / response time is largest there
      full        first web threads at 124%: 77% at 110% of the load; slots are held for longer, the
                    fuller what they are held for is
                  second desk at 125%: 88% at 110% of the load
                  third web cpu at 250%: 44% at 110% of the load

      what would help: up to which load \`ask\` p99 < 0.2 would hold
      what if     change                holds until   then full first  a month
      vertical    desk servers 1 → 2    96.2% → 221%  desk at 250%        +$80
      horizontal  desk instances 1 → 2  96.2% → 221%  desk at 250%        +$80

      mind        response times are within 10 %

      analysis · loadpath 0.1.0 · 47 loads
      again: loadpath knee desk.yaml
      "
    `)
  })

  it('needs nothing but ASCII, and fits a narrow terminal', () => {
    const text = kneeText(deskReport(), { style: { ...plainStyle, isAscii: true, width: 72 } })
    expect(text).toMatchInlineSnapshot(`
      "XX desk: holds up to 96.2% of this load, where \`ask\` misses p99 < 0.2

         objective                  holds until  requests  between
      a  ask        p99 < 0.2       96.2%            77/s  (93.3% .. 99.1%)
      c  ask        p50 < 0.1       116%           93.1/s  (115% .. 117%)
      b  ask        success > 0.95  132%            105/s

      response time of ask
               |                                 :
               |                                 :     **            p99
        500 ms |                                 :   **
               |                                 :***                p50
               |-----------------------------**X**------o----------- limit a
        100 ms |--------------------*********----------X------------ limit c
               |     ***************             :    o
         50 ms |*****                            o o
               |                            o o o:
               |                   o o o o       :
         10 ms |  o o o o o o o o                :
               | o                               :
      requests a second
               |                                 :              . .  offered
               |                                ******************** goodput
          50/s |                  ************** :
               |    **************               :
           0/s |****                             :
               +----+------+------+-------+------+------+------+---- load
                   20%    40%    60%     80%   100%   120%   140%
                                   k           a       c    b

      load  goodput      p50      p99  misses
       10%      8/s  7.53 ms  50.1 ms
       20%     16/s  8.25 ms  54.8 ms
       40%     32/s  10.2 ms  67.7 ms
       60%     48/s  13.3 ms  88.6 ms
       80%     64/s  19.3 ms   128 ms
      100%     80/s  34.7 ms   230 ms  a
      120%     96/s   173 ms   1.15 s  a c
      140%    100/s        -        -  a b c
      150%    100/s        -        -  a b c

      knee (k)    ask at 62.5% (50/s), mean 20 ms; goodput / response time is
                  largest there
      full        first web threads at 124%: 77% at 110% of the load; slots
                    are held for longer, the fuller what they are held for is
                  second desk at 125%: 88% at 110% of the load
                  third web cpu at 250%: 44% at 110% of the load

      what would help: up to which load \`ask\` p99 < 0.2 would hold
      what if vertical: change desk servers 1 -> 2, holds until 96.2% -> 221%,
        then full first desk at 250%, a month +$80
      what if horizontal: change desk instances 1 -> 2, holds until 96.2% ->
        221%, then full first desk at 250%, a month +$80

      mind        response times are within 10 %

      analysis - loadpath 0.1.0 - 47 loads
      again: loadpath knee desk.yaml
      "
    `)
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72)
  })

  it('says where the simulator disagrees with the curve by more than the method allows', () => {
    const report = deskReport()
    const at = singleServer({ rate: 80, capacity: 95, share: 0.02 }, [])
    const played = [0.5, 1].map((load) => pointOf(load, at(load)))
    const text = kneeText({ ...report, knee: { ...report.knee, played } })
    expect(text).toContain(
      'simulated   at 50% p99 83.7 ms (82.1 ms .. 85.4 ms), computed 76.8 ms (69.1 ms .. 84.4 ms)\n',
    )
    expect(text).toContain('at 100% p99 307 ms (301 ms .. 313 ms), computed 230 ms (207 ms .. 253 ms): too far off\n')
  })

  it('draws nothing where there is no room', () => {
    const text = kneeText(deskReport(), { style: { ...plainStyle, width: 40 } })
    expect(text).not.toContain('response time of')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(40)
  })

  it('names what never holds, and a design that nothing breaks', () => {
    const report = deskReport()
    const never = kneeOf(singleServer({ rate: 80, capacity: 100 }, [target('p99', '<', 0.01)]), options)
    expect(kneeText({ ...report, knee: never })).toContain('`ask` misses p99 < 0.01 at any load')
    const idle: Knee = { ...never, crossings: [] }
    expect(firstMissed(idle.crossings)).toBeNull()
    expect(kneeText({ ...report, knee: idle })).toContain('desk: web threads is full at')
  })
})

import { describe, expect, it } from 'vitest'
import { deskReport } from './knee.test-support.ts'
import { kneeSvg } from './knee-svg.ts'

describe('kneeSvg', () => {
  const svg = kneeSvg(deskReport())

  it('draws both percentiles, the band, goodput, limits and where they are reached', async () => {
    await expect(svg).toMatchFileSnapshot('../../../tests/golden/knee/desk.svg')
  })

  it('says in words what it shows', () => {
    expect(svg).toContain('ask p99 &lt; 0.2 holds up to 96.2%.')
    expect(svg).toContain('Its knee is at 62.5%.')
  })

  it('needs nothing from elsewhere, and is well-formed', () => {
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg'])
    expect(svg).not.toMatch(/<script|@import|NaN|Infinity|undefined/)
    const open = [...svg.matchAll(/<([a-z]+)\b[^>]*?(\/?)>/g)].filter(([, , end]) => end === '')
    expect(svg.match(/<\/[a-z]+>/g)).toHaveLength(open.length)
  })

  it('writes names of the author as text', () => {
    const report = deskReport()
    const { result } = report
    const named = kneeSvg({ ...report, result: { ...result, design: { ...result.design, name: '<b>&"' } } })
    expect(named).toContain('&lt;b&gt;&amp;&quot;')
  })
})

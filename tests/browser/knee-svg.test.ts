import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deskReport } from '../../src/core/report/knee.test-support.ts'
import { kneeSvg } from '../../src/core/report/knee-svg.ts'

const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)
const isRequired = (process.env['LOADPATH_REQUIRE'] ?? '').split(',').includes('chromium')

/** Ours is kept from the network, and from root's missing sandbox. */
const ARGS = ['--no-sandbox', '--disable-background-networking']

interface Box {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** Same design, with names and limits that want much room. */
function crowded(): string {
  const report = deskReport()
  const crossings = report.knee.crossings.map((crossing, i) => ({
    ...crossing,
    indicator: 'p99' as const,
    target: `p99 < ${200 + i} milliseconds and some`,
    target_value: 0.2 + i / 1000,
  }))
  const { result } = report
  const named = {
    ...result,
    design: { ...result.design, name: 'a design whose name is as long as names of designs may ever be, and longer' },
  }
  return kneeSvg({ ...report, result: named, knee: { ...report.knee, crossings } })
}

describe.skipIf(found === undefined && !isRequired)(`in a browser (${found ?? 'skipped: no chromium'})`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: found ?? '/usr/bin/chromium', args: ARGS })
  }, 60_000)
  afterAll(() => browser?.close())

  async function drawn(svg: string, look: { readonly scheme: 'light' | 'dark'; readonly width: number }) {
    const page = await browser.newPage({ viewport: { width: look.width, height: 700 }, colorScheme: look.scheme })
    await page.setContent(`<body style="margin:0"><style>svg{max-width:100%;height:auto}</style>${svg}</body>`)
    const boxes = await page.locator('svg text').evaluateAll((texts) =>
      texts.map((text): Box => {
        const { left, right, top, bottom } = text.getBoundingClientRect()
        return { text: text.textContent ?? '', left, right, top, bottom }
      }),
    )
    const whole = await page.locator('svg').evaluate((one): Box => {
      const { left, right, top, bottom } = one.getBoundingClientRect()
      return { text: '', left, right, top, bottom }
    })
    const colorOf = (selector: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).fill`)
    const colors = { ground: await colorOf('.ground'), text: await colorOf('text') }
    const label = await page.getByRole('img').getAttribute('aria-labelledby')
    await page.close()
    return { boxes, whole, colors, label }
  }

  it.each([
    ['light', 380, 'desk'],
    ['dark', 900, 'desk'],
    ['light', 900, 'crowded'],
    ['dark', 380, 'crowded'],
  ] as const)('keeps its words apart and inside: %s, %d px wide, %s', async (scheme, width, name) => {
    const { boxes, whole, label } = await drawn(name === 'desk' ? kneeSvg(deskReport()) : crowded(), { scheme, width })
    expect(boxes.length).toBeGreaterThan(15)
    const pairs = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).flatMap((b) => (meets(a, b) ? [`${a.text} | ${b.text}`] : [])),
    )
    expect(pairs).toEqual([])
    const outside = boxes.filter(
      (box) => box.left < whole.left || box.right > whole.right || box.top < whole.top || box.bottom > whole.bottom,
    )
    expect(outside.map(({ text }) => text)).toEqual([])
    expect(label).toBe('knee-title knee-desc')
  })

  it('is light or dark as its reader is, and can be read either way', async () => {
    const [light, dark] = await Promise.all(
      (['light', 'dark'] as const).map((scheme) => drawn(kneeSvg(deskReport()), { scheme, width: 900 })),
    )
    expect(light?.colors).toEqual({ ground: 'rgb(255, 255, 255)', text: 'rgb(31, 35, 40)' })
    expect(dark?.colors).toEqual({ ground: 'rgb(13, 17, 23)', text: 'rgb(230, 237, 243)' })
  })
})

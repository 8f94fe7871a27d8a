import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
const top = readdirSync(root).filter((name) => name.endsWith('.md'))
const pages = [...top, ...docs.filter((name) => name.endsWith('.md')).map((name) => path.join('docs', name))]

it('of pages lead to files and headings that are there', () => {
  expect(pages.length).toBeGreaterThan(30)
  expect(pages.flatMap((page) => deadLinks(page))).toEqual([])
})

function deadLinks(page: string): readonly string[] {
  const text = prose(path.join(root, page))
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !isThere(page, target)).map((to) => `${page}: ${to}`)
}

function isThere(page: string, target: string): boolean {
  const [name = '', anchor] = target.split('#')
  const file = name === '' ? path.join(root, page) : path.resolve(root, path.dirname(page), name)
  if (!existsSync(file)) return false
  return anchor === undefined || slugs(prose(file)).includes(anchor)
}

/** Without what stands in code blocks. */
const prose = (file: string): string => readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```$/gm, '')

/** Anchors as GitHub makes them of headings. */
const slugs = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

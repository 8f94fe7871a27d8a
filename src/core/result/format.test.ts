import { expect, it } from 'vitest'
import { digits, dollars, percent, perSecond, quantity, seconds } from './format.ts'

it('shows three significant digits', () => {
  expect([0, 0.00123, 0.9996, 1, 2.345, 12.34, 99.96, 123.4].map(digits)).toEqual([
    '0',
    '0.00123',
    '1',
    '1',
    '2.35',
    '12.3',
    '100',
    '123',
  ])
})

it('chooses the unit of a time', () => {
  expect([0, 0.0000042, 0.0005, 0.248, 0.9999, 1.5, 90, 900, 9000].map(seconds)).toEqual([
    '0 s',
    '4.2 us',
    '500 us',
    '248 ms',
    '1 s',
    '1.5 s',
    '90 s',
    '15 min',
    '2.5 h',
  ])
})

it('has no figure for what is larger than any number of a design', () => {
  expect([digits(3.15e22), quantity(2e20), percent(6e21)]).toEqual([
    'more than 10^15',
    'more than 10^15',
    'more than 10^15%',
  ])
  expect(quantity(9.9e14)).toBe('990000 G')
})

it('keeps the digits that matter near 100 %', () => {
  expect([0, 1, 0.5, 0.9995, 0.99964, 0.932, 0.032].map(percent)).toEqual([
    '0%',
    '100%',
    '50%',
    '99.95%',
    '99.964%',
    '93.2%',
    '3.2%',
  ])
})

it('shortens large counts', () => {
  expect([40_000, 1234, 1_200_000, 12].map(quantity)).toEqual(['40 k', '1234', '1.2 M', '12'])
  expect(perSecond(40_000)).toBe('40 k/s')
  expect(dollars(1840.4)).toBe('$1840')
})

import { expect, test } from 'vitest'
import { rank, worstNews } from '../../src/views/alerts/ranking.ts'
import { alert } from '../support/alerts.ts'

const acknowledged = { by: '김철수', at: 5, note: null }
const firing = [
  alert(1, { severity: 'warning' }),
  alert(2, { severity: 'critical', acknowledged }),
  alert(3, { severity: 'info' }),
]

test('nothing firing has no worst', () => {
  expect(rank([])).toBeNull()
})

test('what nobody has acknowledged comes before what somebody has, however bad', () => {
  expect(rank(firing)).toEqual({ worst: firing[0], others: 2, calling: 1 })
})

test('the worst comes first, of equally bad ones the newest', () => {
  const critical = [alert(4), alert(5)]
  expect(rank([...firing, ...critical])?.worst.id).toBe(5)
  expect(rank(firing.slice(1, 2))).toMatchObject({ worst: { id: 2 }, calling: 0 })
})

test('a note calls nobody: it comes after a worse one that is acknowledged', () => {
  expect(rank(firing.slice(1))).toEqual({ worst: firing[1], others: 1, calling: 0 })
  expect(rank(firing.slice(2))).toMatchObject({ worst: { id: 3 }, calling: 0 })
})

test('news is what was not known, not acknowledged, and more than a note', () => {
  expect(worstNews(firing, new Set())?.id).toBe(1)
  expect(worstNews(firing, new Set([1]))).toBeNull()
})

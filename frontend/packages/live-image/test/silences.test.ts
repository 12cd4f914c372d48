import { expect, test } from 'vitest'
import { type Alert, parseAlert } from '../src/alerts.ts'
import { isSilenced } from '../src/silences.ts'

const alert = parseAlert({
  id: 1,
  name: 'stall',
  state: 'firing',
  started_at: 1,
  changed_at: 1,
  camera: 'main',
  type: 'labeled',
}) as Alert
const none = { name: null, camera: null, type: null, service: null }

test.each([
  [{}, true],
  [{ name: 'stall' }, true],
  [{ name: 'stall', camera: 'main', type: 'labeled' }, true],
  [{ camera: 'east' }, false],
  [{ name: 'stall', service: 'gateway-0' }, false],
])('each part of a silence that is given has to match: %j', (scope, is) => {
  expect(isSilenced(alert, { ...none, ...scope })).toBe(is)
})

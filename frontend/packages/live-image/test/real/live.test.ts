/** The client before the real gateway, whatever becomes of it and of the network between the two. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createApi } from '../../src/api.ts'
import type { ViewOptions } from '../../src/demand.ts'
import { RealNode } from './support/node.ts'
import { TcpProxy } from './support/proxy.ts'
import { until } from './support/until.ts'
import { watch } from './support/watching.ts'

const SETTINGS = {
  RECONNECT_DELAY: '200',
  // Patient enough that HTTP never stands in, unless a test wants it.
  MAX_RECONNECT_ATTEMPTS: '1000',
  // A frozen gateway would be replaced.
  COILCAST_SUPERVISION_HEARTBEAT_TIMEOUT_S: '120',
}
let node: RealNode
let proxy: TcpProxy
let coil = 2890

beforeAll(async () => {
  node = new RealNode(SETTINGS)
  await node.start()
})
afterAll(() => node.close())
beforeEach(async () => {
  // Another coil for each test, of which there is nothing yet.
  coil += 1
  proxy = new TcpProxy(node.port)
  await proxy.start()
})
afterEach(() => proxy.close())

async function watching(url = proxy.url, options: ViewOptions = {}) {
  const watched = await watch(url, { imageType: 'original', coilNumber: String(coil), ...options })
  onTestFinished(() => watched.stop())
  return watched
}

/** Writes so many images, a moment apart. */
async function write(count: number, pauseMs = 20): Promise<string[]> {
  const names: string[] = []
  for (let number = 0; number < count; number += 1) {
    names.push(node.write(String(coil)))
    await pause(pauseMs)
  }
  return names
}

test('a gateway that is killed again and again costs no image', async () => {
  const live = await watching(node.url)
  const names: string[] = []
  for (let round = 0; round < 3; round += 1) {
    names.push(...(await write(10)))
    const killed = node.signal('SIGKILL')
    names.push(...(await write(10)))
    await until(() => node.gatewayPid !== killed && node.gatewayPid !== 0, 30_000, 'another gateway')
    names.push(...(await write(10)))
    await live.hears(names)
  }
  expect(live.names()).toEqual(names)
  expect(live.errors[0]).toBe('lost')
  expect(live.errors.filter(code => code !== 'lost' && code !== 'unreachable')).toEqual([])
  expect(live.connections).not.toContain('http')
  await live.is('websocket')
  expect(live.view.get()).toMatchObject({ reset: null, error: null, currentImage: { filename: names.at(-1) } })
})

test('a gateway that freezes counts as lost, and what came meanwhile follows', async () => {
  const live = await watching(node.url)
  const names = await write(5)
  await live.hears(names)
  node.signal('SIGSTOP')
  try {
    names.push(...(await write(5)))
    await live.is('disconnected', 25_000)
    expect(live.errors).toEqual(['silent'])
    expect(live.view.get().currentImage?.filename).toBe(names[4])
  } finally {
    node.signal('SIGCONT')
  }
  names.push(...(await write(5)))
  await live.hears(names, 60_000)
  expect(live.names()).toEqual(names)
  expect(live.view.get()).toMatchObject({ connectionType: 'websocket', reset: null })
})

test('a connection that is cut in the middle of messages goes on where it was', async () => {
  const live = await watching()
  // From here on it has a place in the log to go on from.
  const names = await write(1)
  await live.hears(names)
  for (const [round, bytes] of [1, 250, 777, 1500, 3001, 5000].entries()) {
    // A cut before the link is up again would be no further loss.
    await live.is('websocket')
    proxy.cutsAfterBytes = bytes
    names.push(...(await write(15, 10)))
    await until(() => proxy.cutsAfterBytes === null, 30_000, 'a cut')
    await live.hears(names)
    // It may have come right behind the last image: the client notices a moment later.
    await until(
      () => live.errors.length > round,
      30_000,
      () => `a loss after ${bytes} bytes, besides ${live.errors}`,
    )
  }
  expect(live.names()).toEqual(names)
  expect(live.view.get().reset).toBeNull()
})

test('a network that swallows everything is noticed, and left behind when it is mended', async () => {
  const live = await watching()
  const names = await write(3)
  await live.hears(names)
  proxy.isSwallowing = true
  names.push(...(await write(5)))
  await live.is('disconnected', 25_000)
  expect(live.errors[0]).toBe('silent')
  proxy.isSwallowing = false
  names.push(...(await write(5)))
  await live.hears(names, 60_000)
  expect(live.names()).toEqual(names)
})

test('a slow network delays and loses nothing, and the clock of the server is known all the same', async () => {
  proxy.delayMs = 400
  const live = await watching()
  const names = await write(20, 5)
  await live.hears(names)
  expect(live.names()).toEqual(names)
  await until(() => Math.abs(live.client.serverNow() - Date.now()) < 250, 10_000, 'the clock of the server')
  proxy.cut()
  names.push(...(await write(20, 5)))
  await live.hears(names)
  expect(live.names()).toEqual(names)
  expect(live.errors[0]).toBe('lost')
})

test.each(['near', 'far'] as const)('a connection that is closed towards the %s end only is made anew', async side => {
  const live = await watching()
  const names = await write(3)
  await live.hears(names)
  proxy.halfClose(side)
  names.push(...(await write(10)))
  await live.hears(names, 60_000)
  await until(() => live.errors.length > 0, 30_000, 'a connection that counts as lost')
  names.push(...(await write(3)))
  await live.hears(names)
  expect(live.names()).toEqual(names)
  expect(live.errors[0]).toBe('lost')
})

test('where no socket gets through HTTP stands in, and the socket brings what it left out', async () => {
  const live = await watching(proxy.url, { maxReconnectAttempts: 2 })
  const names = await write(3)
  await live.hears(names)
  proxy.isRefusingSockets = true
  proxy.cut()
  await live.is('http')
  const during = await write(60, 0)
  await live.hears(during)
  expect(live.errors[0]).toBe('lost')
  expect(new Set(live.errors.slice(1))).toEqual(new Set(['unreachable']))
  proxy.isRefusingSockets = false
  await live.is('websocket', 60_000)
  names.push(...during, ...(await write(3)))
  await live.hears(names)
  expect([...live.names()].sort()).toEqual(names)
  expect(live.view.get()).toMatchObject({ reset: null, currentImage: { filename: names.at(-1) } })
})

test('a link that is up and down all the time tells each image once, in order', async () => {
  const live = await watching()
  const names: string[] = []
  for (let round = 0; round < 15; round += 1) {
    names.push(...(await write(4, 10)))
    if (round % 3 === 2) proxy.halfClose('near')
    else proxy.cut()
    await pause(Math.random() * 400)
  }
  names.push(...(await write(3)))
  await live.hears(names, 60_000)
  expect(live.names()).toEqual(names)
  expect(live.view.get().reset).toBeNull()
})

test('screens show the newest of each kind whenever the link comes back, however it was cut', async () => {
  const original = await watching(proxy.url, { mode: 'latest' })
  const labeled = original.client.view({ imageType: 'labeled', coilNumber: String(coil) })
  onTestFinished(labeled.subscribe(() => {}))
  for (let round = 0; round < 12; round += 1) {
    for (let image = 0; image < 5; image += 1) {
      node.write(String(coil))
      node.write(String(coil), 'labeled')
    }
    const newest = [node.write(String(coil)), node.write(String(coil), 'labeled')]
    if (round % 2 === 0) proxy.cut()
    else proxy.cutsAfterBytes = 1 + Math.floor(Math.random() * 4000)
    const shown = () => [original.view, labeled].map(view => view.get().currentImage?.filename)
    await until(
      () => shown().join() === newest.join(),
      20_000,
      () => `${newest} instead of ${shown()}`,
    )
  }
  expect(original.view.get().reset).toBeNull()
})

test('everything that the gateway answers is understood, and what was painted is known to it', async () => {
  const live = await watching()
  const names = await write(3)
  node.write(String(coil), 'labeled')
  await live.hears(names)
  const { seq = null } = live.told.at(-1) ?? {}
  if (seq !== null) live.client.painted(seq)
  const api = createApi(proxy.url)
  const filter = { coilNumber: String(coil) }
  await until(async () => (await api.history(filter)).images.length === 4, 10_000, 'the history')
  const oldest = await api.history({ ...filter, imageType: 'original', order: 'oldest', limit: 2 })
  expect(oldest.images.map(image => image.filename)).toEqual(names.slice(0, 2))
  const rest = await api.history({
    ...filter,
    imageType: 'original',
    order: 'oldest',
    before: oldest.next ?? undefined,
  })
  expect(rest).toMatchObject({ images: [{ filename: names[2] }], next: null })
  expect(await api.density({ ...filter, buckets: 10 })).toMatchObject({ total: 4 })
  expect((await api.coils({ camera: 'main', limit: 1 }))[0]).toMatchObject({ coil_number: String(coil), count: 4 })
  const details = () => api.details('main', 'original', names[2] ?? '')
  await until(async () => (await details()).provenance.painted_at !== null, 10_000, 'the painted time')
  const { image, provenance } = await details()
  expect(image.seq).toBe(seq)
  expect(provenance.pushed_at).toBeGreaterThanOrEqual(provenance.seen_at)
  expect((await api.config()).reconnect).toEqual({ maxAttempts: 1000, delayMs: 200 })
  expect(live.view.get().serverVersion).toBe((await api.config()).version)
  const status = await api.status()
  expect(status.services.map(service => service.name)).toContain('gateway-0')
  expect(status.clients.websocket).toBeGreaterThan(0)
  expect(status.latency.stages.written_seen.count).toBeGreaterThan(0)
  expect((await api.alerts({ state: 'all', limit: 10 })).next).toBeNull()
  await expect(api.acknowledge(1_000_000, { by: 'Kim', note: '' })).rejects.toMatchObject({ status: 404 })
  const silence = await api.silence({ name: 'stall', camera: null, for_s: 60, by: 'Kim', note: 'belt' })
  expect(silence).toMatchObject({ state: 'lasting', name: 'stall', camera: null, by: 'Kim', note: 'belt' })
  expect(await api.silences()).toEqual([silence])
  expect(await api.endSilence(silence.id, 'Park')).toMatchObject({ state: 'over', ended_by: 'Park' })
  await expect(api.endSilence(silence.id, 'Park')).rejects.toMatchObject({ status: 409 })
  await expect(api.silence({ for_s: 1, by: 'Kim', note: '' })).rejects.toMatchObject({ status: 400 })
  await expect(api.details('main', 'original', 'none.jpg')).rejects.toMatchObject({ status: 404, title: 'Not Found' })
  for (const url of [api.imageUrl(image), api.previewUrl(image, 'strip', live.view.get().epoch)]) {
    expect((await fetch(url)).headers.get('Content-Type')).toBe('image/jpeg')
  }
})

test('a node whose catalog is new says so, and its images are told as what they are', async () => {
  const live = await watching(node.url)
  const before = await write(5)
  await live.hears(before)
  const { epoch } = live.view.get()
  await node.stop()
  node.deleteCatalog()
  await node.start()
  await live.is('websocket', 60_000)
  await until(() => live.view.get().reset !== null, 30_000, 'a reset')
  expect(live.view.get().reset).toBe('epoch')
  expect(live.errors).toContain('gap')
  const after = await write(5)
  await live.hears(after)
  const names = live.names()
  expect(names.slice(0, 5)).toEqual(before)
  expect(names.slice(-5)).toEqual(after)
  // What lay in the folder is known anew, and told as the newest if at all.
  expect(names.slice(5, -5).every(name => name === before.at(-1))).toBe(true)
  expect(names.length).toBeLessThanOrEqual(11)
  expect(live.view.get().epoch).not.toBe(epoch)
})

import { beforeEach, describe, expect, test } from 'vitest'
import { LiveImageClient } from '../src/client.ts'
import type { ViewOptions } from '../src/demand.ts'
import type { LiveView } from '../src/live-view.ts'
import type { LiveImage } from '../src/messages.ts'
import { CONFIG, current, EPOCH, FakeEnvironment, image, previewFrame, settle, T0 } from './support/fake-environment.ts'

let environment: FakeEnvironment
let client: LiveImageClient

beforeEach(() => {
  environment = new FakeEnvironment()
  environment.config = CONFIG
  client = new LiveImageClient({ serverUrl: 'http://plant:8081/', environment })
})

async function watch(options: ViewOptions = {}) {
  const view = client.view(options)
  const seen: LiveImage[] = []
  const errors: string[] = []
  view.listen({ onImage: found => seen.push(found), onError: error => errors.push(error.code) })
  let changes = 0
  const stop = view.subscribe(() => changes++)
  await settle()
  return { view, seen, errors, stop, changes: () => changes }
}

const seqs = (images: LiveImage[]) => images.map(found => found.seq)
const shown = (view: LiveView) => view.get().currentImage?.seq

describe('a connection', () => {
  test('shows the newest image, then every newer one', async () => {
    const { view } = await watch({ imageType: 'original' })
    expect(environment.socket.url).toBe('ws://plant:8081/ws')
    environment.socket.serve({ seq: 7, images: [image(7), image(6, { type: 'labeled' })] })
    expect(view.get()).toMatchObject({ connectionType: 'websocket', isConnected: true, node: 'line-1', lastSeq: 7 })
    expect(shown(view)).toBe(7)
    environment.socket.update(image(8))
    environment.socket.update(image(9, { type: 'labeled' }))
    expect(shown(view)).toBe(8)
    expect(client.resolve(view.get().currentImage?.url ?? '')).toBe(
      'http://plant:8081/image/original/20251124110000_2891_8_original.jpg',
    )
  })

  test('asks for what its views want', async () => {
    await watch({ imageType: 'labeled', coilNumber: '2891', previews: true })
    environment.socket.serve()
    expect(environment.socket.lastSubscribe).toEqual({
      type: 'subscribe',
      imageType: 'labeled',
      coilNumber: '2891',
      mode: 'latest',
      previews: true,
    })
  })

  test('paints the pushed preview of the current image and no other', async () => {
    const { view } = await watch({ previews: true })
    environment.socket.serve()
    environment.socket.update(image(3))
    environment.socket.say(previewFrame(2))
    expect(view.get().preview).toBeNull()
    environment.socket.say(previewFrame(3))
    expect(view.get()).toMatchObject({ isPushed: true, preview: { seq: 3, width: 8 } })
  })

  test('shows what HTTP knows before the socket is up, and never goes back to it', async () => {
    const { view } = await watch()
    await environment.request.answer(current(image(5)))
    expect(shown(view)).toBe(5)
    environment.socket.serve({ seq: 6, images: [image(6)] })
    expect(shown(view)).toBe(6)
  })

  test('shows of a snapshot what stands there as newest, whatever its number', async () => {
    const { view } = await watch({ imageType: 'original' })
    const coil = await watch({ imageType: 'original', coilNumber: '7' })
    const old = image(1, { imported: true, timestamp: T0 + 9 })
    const images = {
      original: old,
      // Imported later, but captured before; overwritten long after it was new; of the coil, not newest of the kind.
      original_2890: image(60, { imported: true, coil_number: '2890', timestamp: T0 + 1 }),
      original_2891: old,
      original_7: image(70, { coil_number: '7' }),
    }
    environment.socket.serve({ seq: 70, named: images })
    expect(shown(view)).toBe(1)
    expect(shown(coil.view)).toBe(70)
    environment.socket.update(image(71))
    expect(shown(view)).toBe(71)
  })

  test('asks for what a snapshot does not say', async () => {
    const { view } = await watch({ camera: 'second' })
    environment.socket.serve({
      seq: 3,
      named: { original: image(3), original_7: image(2, { camera: 'second', coil_number: '7' }) },
    })
    expect(shown(view)).toBeUndefined()
    await environment.request.answer(current(image(1, { camera: 'second' })))
    expect(shown(view)).toBe(1)
  })

  test('shows the demo image until the first real one', async () => {
    const { view } = await watch()
    environment.socket.serve()
    await environment.request.answer(current(image(0, { url: '/demo-image.jpg' }), { isDemo: true }))
    expect(view.get()).toMatchObject({ isDemo: true, age: null, isStale: false })
    environment.socket.update(image(1))
    expect(view.get()).toMatchObject({ isDemo: false, age: 0 })
  })

  test('asks again for its newest image when that one is removed', async () => {
    const { view } = await watch()
    environment.socket.serve({ seq: 5, images: [image(5)] })
    await environment.request.answer(current(image(5)))
    const data = { camera: 'main', type: 'original', filename: 'x', seq: 6, image_seq: 5 }
    environment.socket.say({ type: 'image_removed', data, epoch: EPOCH, timestamp: T0 })
    expect(view.get().currentImage).toBeNull()
    await environment.request.answer(current(image(4)))
    expect(shown(view)).toBe(4)
  })

  test('those who ask for the same look at the same view, and the server is asked once', async () => {
    const one = await watch({ imageType: 'original' })
    const two = await watch({ imageType: 'original', camera: undefined })
    expect(two.view).toBe(one.view)
    expect(environment.requests).toHaveLength(1)
    one.stop()
    await settle()
    environment.socket.serve({ seq: 1, images: [image(1)] })
    expect(shown(two.view)).toBe(1)
  })

  test('passes on health and what was skipped', async () => {
    const { view } = await watch()
    environment.socket.serve()
    const health = { status: 'degraded', reason: 'no images', services: { watcher: 'ready' } }
    environment.socket.say({ type: 'health', data: health, timestamp: T0 })
    environment.socket.update(image(9), { skipped: 4 })
    expect(view.get()).toMatchObject({ health, skipped: 4 })
  })

  test('ignores what it does not know', async () => {
    const { view } = await watch()
    environment.socket.serve({ seq: 1, images: [image(1)] })
    environment.socket.say({ type: 'alert', data: {} })
    environment.socket.say(new ArrayBuffer(3))
    expect(shown(view)).toBe(1)
  })

  test('is given up when the server is silent for 12 s', async () => {
    const { view } = await watch()
    environment.socket.serve()
    await environment.advance(10_000)
    expect(view.get().connectionType).toBe('websocket')
    await environment.advance(2000)
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', error: { code: 'silent' } })
  })
})

describe('resuming', () => {
  test('tells the place it was at, and shows each missed image once', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    environment.socket.update(image(4))
    await environment.advance(6000)
    environment.socket.drop()
    await environment.advance(500)
    environment.socket.serve({ seq: 6 })
    expect(environment.socket.lastSubscribe).toMatchObject({ epoch: EPOCH, seq: 4 })
    for (const seq of [5, 6]) environment.socket.update(image(seq))
    expect(seqs(seen)).toEqual([3, 4, 5, 6])
    expect(shown(view)).toBe(6)
  })

  test('keeps the picture while the link is down', async () => {
    const { view, errors } = await watch()
    environment.socket.serve({ seq: 3, images: [image(3)] })
    environment.socket.drop()
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', isConnected: false, currentImage: { seq: 3 } })
    expect(errors).toEqual(['lost'])
  })

  test('a reset is said, and the new log counts from the start', async () => {
    const { view, errors } = await watch()
    environment.socket.serve({ seq: 900, images: [image(900)] })
    environment.socket.drop(1012)
    await environment.advance(1500)
    environment.socket.serve({ epoch: 'e2', seq: 2 })
    environment.socket.say({ type: 'reset', reason: 'epoch', epoch: 'e2', seq: 2, timestamp: T0 })
    expect(shown(view)).toBe(900)
    environment.socket.say({ type: 'current_images', data: { original: image(2) }, timestamp: T0 })
    expect(view.get()).toMatchObject({ reset: 'epoch', currentImage: { seq: 2 } })
    expect(errors).toEqual(['lost', 'gap'])
  })

  test('goes on from where the server says that all was told, however quiet its filter is', async () => {
    await watch({ coilNumber: '7' })
    environment.socket.serve({ seq: 3 })
    environment.socket.say({ type: 'pong', id: 1, timestamp: T0, seq: 90_000 })
    environment.socket.drop()
    await environment.advance(1500)
    environment.socket.accept()
    expect(environment.socket.lastSubscribe).toMatchObject({ epoch: EPOCH, seq: 90_000 })
  })

  test('what comes before the answer to another wish does not move the place that it asks from', async () => {
    await watch({ imageType: 'original', mode: 'every' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    await watch({ imageType: 'labeled', mode: 'every' })
    environment.socket.update(image(5))
    environment.socket.drop()
    await environment.advance(1500)
    environment.socket.accept()
    expect(environment.socket.lastSubscribe).toMatchObject({ seq: 3 })
  })

  test('a log that HTTP has shown already is neither shown nor told twice', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    environment.socket.serve({ seq: 900, images: [image(900)] })
    for (let attempt = 0; attempt < 3; attempt += 1) {
      environment.socket.drop()
      await environment.advance(1500)
    }
    await environment.request.answer(current(image(2), { epoch: 'e2' }))
    const picture = view.get().currentImage
    client.retry()
    environment.socket.serve({ epoch: 'e2', seq: 2 })
    environment.socket.say({ type: 'reset', reason: 'epoch', epoch: 'e2', seq: 2, timestamp: T0 })
    environment.socket.say({ type: 'current_images', data: { original: image(2) }, timestamp: T0 })
    environment.socket.update(image(3), { epoch: 'e2' })
    expect(picture?.seq).toBe(2)
    expect(seqs(seen)).toEqual([900, 2, 3])
  })

  test('onImage begins with what the stream goes on from, so that nothing is missing in between', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    await environment.request.answer(current(image(5)))
    expect(shown(view)).toBe(5)
    environment.socket.serve({ seq: 7, images: [image(7)] })
    environment.socket.update(image(8))
    expect(seqs(seen)).toEqual([7, 8])
  })

  test('an answer that overtakes the socket is shown, and told in its turn', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    environment.socket.serve({ seq: 7, images: [image(7)] })
    await environment.request.answer(current(image(9)))
    expect(shown(view)).toBe(9)
    environment.socket.update(image(8))
    environment.socket.update(image(9))
    expect(seqs(seen)).toEqual([7, 8, 9])
  })

  test('who comes to an open socket begins with what is newest, and hears nothing from before', async () => {
    await watch({ mode: 'every' })
    environment.socket.serve({ seq: 3 })
    const { seen } = await watch({ imageType: 'original', mode: 'every' })
    await environment.request.answer(current(image(6)))
    for (const seq of [5, 6, 7]) environment.socket.update(image(seq))
    expect(seqs(seen)).toEqual([6, 7])
  })

  test('an answer from the log before is none: the question is asked again', async () => {
    const { view } = await watch({ coilNumber: '7' })
    const question = environment.request
    environment.socket.serve({ epoch: 'e2', seq: 3 })
    await question.answer(current(image(900, { coil_number: '7' })))
    expect(view.get().isSettled).toBe(false)
    await environment.advance(2000)
    await environment.request.answer(current(image(2, { coil_number: '7' }), { epoch: 'e2' }))
    expect(shown(view)).toBe(2)
  })

  test('a callback that throws is heard of, and keeps nothing from anybody', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    view.listen({
      onImage: () => {
        throw new Error('mine')
      },
    })
    const other = await watch({ imageType: 'original', mode: 'every' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    environment.socket.update(image(4))
    expect([seqs(seen), seqs(other.seen), client.link.get().lastSeq]).toEqual([[3, 4], [3, 4], 4])
    await expect(environment.advance(0)).rejects.toThrow('mine')
  })

  test('who comes while the link is down is told what is shown, then what follows', async () => {
    await watch({ imageType: 'labeled' })
    environment.socket.serve({ seq: 3 })
    environment.socket.drop()
    const { seen } = await watch({ imageType: 'original', mode: 'every' })
    await environment.request.answer(current(image(5)))
    await environment.advance(1500)
    environment.socket.serve({ seq: 6 })
    for (const seq of [4, 5, 6]) environment.socket.update(image(seq))
    expect(seqs(seen)).toEqual([5, 6])
  })

  test('the image before a removed one is shown, and is no news', async () => {
    const { view, seen } = await watch({ mode: 'every' })
    await environment.request.answer(current(image(5)))
    environment.socket.serve({ seq: 5, images: [image(5)] })
    const data = { camera: 'main', type: 'original', filename: 'x', seq: 6, image_seq: 5 }
    environment.socket.say({ type: 'image_removed', data, epoch: EPOCH, timestamp: T0 })
    await environment.request.answer(current(image(4)))
    expect(shown(view)).toBe(4)
    expect(seqs(seen)).toEqual([5])
  })

  test('another wish on an open socket goes on from where it was', async () => {
    const first = await watch({ imageType: 'original' })
    environment.socket.serve({ seq: 8, images: [image(8)] })
    const second = await watch({ imageType: 'labeled' })
    expect(environment.sockets).toHaveLength(1)
    expect(environment.socket.lastSubscribe).toMatchObject({ epoch: EPOCH, seq: 8, mode: 'latest' })
    expect(environment.socket.lastSubscribe).not.toHaveProperty('imageType')
    expect(environment.request.url.search).toBe('?type=labeled')
    await environment.request.answer(current(image(7, { type: 'labeled' })))
    expect([shown(first.view), shown(second.view)]).toEqual([8, 7])
  })
})

describe('without a socket', () => {
  async function fallBack(options: ViewOptions = {}) {
    const watched = await watch(options)
    environment.socket.drop()
    await environment.advance(1000)
    environment.socket.drop()
    await settle()
    return watched
  }

  test('falls back to the long poll after the attempts that the server names, and still tries', async () => {
    const { view } = await fallBack()
    expect(view.get().connectionType).toBe('disconnected')
    await environment.request.answer(current(image(5)))
    expect(view.get()).toMatchObject({ connectionType: 'http', isConnected: true, error: null })
    expect(environment.request.url.search).toBe('?after=5&wait=25')
    await environment.request.answer(current(image(6)))
    expect(shown(view)).toBe(6)
    const tried = environment.sockets.length
    await environment.advance(1000)
    expect(environment.sockets.length).toBe(tried + 1)
  })

  test('goes back to the socket when it works, and leaves no poll behind', async () => {
    const { view } = await fallBack()
    const polled = environment.request
    await environment.advance(1000)
    environment.socket.serve({ seq: 9, images: [image(9)] })
    expect(view.get().connectionType).toBe('websocket')
    expect(polled.signal.aborted).toBe(true)
  })

  test('a poll that brought nothing is followed by a plain question, which shows a catalog made anew', async () => {
    const { view } = await fallBack()
    await environment.request.answer(current(image(500)))
    await environment.request.answer({ status: 204 })
    expect(environment.request.url.search).toBe('')
    await environment.request.answer(current(image(1), { epoch: 'e2' }))
    expect(shown(view)).toBe(1)
  })

  test('a poll that fails is said and tried again, more and more slowly', async () => {
    const { view, errors } = await fallBack()
    await environment.request.answer(current(image(5)))
    await environment.request.answer({ status: 502 })
    expect(view.get().connectionType).toBe('disconnected')
    expect(errors.filter(code => code === 'http')).toHaveLength(1)
    const asked = environment.requests.length
    await environment.advance(1000)
    expect(environment.requests.length).toBe(asked + 1)
  })

  test('a fall-back that fails from the start is said, too', async () => {
    const { view, errors } = await fallBack()
    await environment.request.answer({ status: 502 })
    expect(errors).toContain('http')
    expect(view.get().error?.code).toBe('http')
  })

  test('after a failure the place in the log is not taken for granted', async () => {
    const { view } = await fallBack()
    await environment.request.answer(current(image(900)))
    await environment.request.answer({ status: 502 })
    await environment.advance(1000)
    expect(environment.request.url.search).toBe('')
    await environment.request.answer(current(image(1), { epoch: 'e2' }))
    expect(shown(view)).toBe(1)
  })

  test('coming back asks anew what hangs over HTTP as well, which may be all that works', async () => {
    const { view } = await fallBack()
    for (let failure = 0; failure < 4; failure += 1) {
      await environment.request.answer({ status: 502 })
      await environment.advance(failure < 3 ? 30_000 : 0)
    }
    const asked = environment.requests.length
    environment.wake()
    expect(environment.requests.length).toBeGreaterThan(asked)
    await environment.request.answer(current(image(5)))
    expect(view.get().connectionType).toBe('http')
  })

  test('many views leave connections for their images: they ask in turn instead of waiting', async () => {
    const cameras = ['a', 'b', 'c', 'd']
    const views = await Promise.all(cameras.map(camera => watch({ camera })))
    for (let attempt = 0; attempt < 3; attempt += 1) {
      environment.socket.drop()
      await environment.advance(1000)
    }
    const open = () => environment.requests.slice(-4).filter(({ url }) => url.searchParams.has('wait'))
    for (const [at, camera] of cameras.entries()) {
      await environment.requests.slice(-4)[at]?.answer(current(image(at + 1, { camera })))
    }
    await environment.advance(1000)
    expect(open()).toEqual([])
    expect(environment.requests.slice(-4).map(({ url }) => url.searchParams.get('camera'))).toEqual(cameras)
    expect(views.map(({ view }) => shown(view))).toEqual([1, 2, 3, 4])
  })

  test('an attempt that was made without a network is not waited for when it comes back', async () => {
    await watch()
    await environment.advance(1500)
    environment.wake()
    expect(environment.sockets).toHaveLength(2)
    expect(environment.sockets[0]?.isClosed).toBe(true)
    environment.wake()
    expect(environment.sockets).toHaveLength(2)
  })

  test('an address that no socket can be made for is an unreachable server', async () => {
    environment.openSocket = () => {
      throw new SyntaxError('no address')
    }
    const { view } = await watch()
    await settle()
    expect(view.get().error?.code).toBe('unreachable')
  })

  test('the same failure again is no news', async () => {
    const { view } = await watch()
    environment.socket.drop()
    const error = view.get().error
    await environment.advance(1500)
    environment.socket.drop()
    expect(view.get().error).toBe(error)
  })

  test('what HTTP brought is not told again by the resumed stream, and what it skipped is', async () => {
    const watched = await watch({ mode: 'every' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    environment.socket.drop()
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await environment.advance(1000)
      environment.socket.drop()
    }
    await environment.request.answer(current(image(6)))
    client.retry()
    environment.socket.serve({ seq: 7 })
    for (const seq of [4, 5, 6, 7]) environment.socket.update(image(seq))
    expect(seqs(watched.seen)).toEqual([3, 6, 4, 5, 7])
    expect(shown(watched.view)).toBe(7)
  })

  test('coming back online or to the page tries at once', async () => {
    await watch()
    environment.socket.drop()
    environment.wake()
    expect(environment.sockets).toHaveLength(2)
  })

  test('a person may try at once as well', async () => {
    await watch()
    environment.socket.drop()
    client.retry()
    expect(environment.sockets).toHaveLength(2)
  })

  test('without autoReconnect it stops, says so, and a view that wants it starts it again', async () => {
    const { view } = await watch({ autoReconnect: false })
    environment.socket.drop()
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', error: { code: 'unreachable' } })
    await watch()
    expect(environment.sockets).toHaveLength(2)
  })
})

describe('the age', () => {
  test('counts up by the clock of the server, once a second', async () => {
    const { view, changes } = await watch()
    environment.socket.serve({ seq: 1, images: [image(1, { seen_at: T0 + 3_600_000 })], timestamp: T0 + 3_600_000 })
    expect(view.get().age).toBe(0)
    const before = changes()
    await environment.advance(3000)
    expect(view.get().age).toBe(2)
    await environment.advance(10)
    expect(view.get().age).toBe(3)
    expect(changes() - before).toBe(3)
  })

  test('is stale after what the server says', async () => {
    const { view } = await watch()
    environment.socket.serve({ seq: 0, images: [image(0)] })
    await environment.advance(9990)
    expect(view.get().isStale).toBe(false)
    await environment.advance(20)
    expect(view.get().isStale).toBe(true)
    environment.socket.update(image(1, { seen_at: environment.time }))
    expect(view.get().isStale).toBe(false)
  })

  test('follows a pong that sets the clock right', async () => {
    const { view } = await watch()
    environment.socket.serve({ seq: 1, images: [image(1, { seen_at: T0 })] })
    const id = environment.socket.pings.at(-1)?.id
    environment.socket.say({ type: 'pong', id, timestamp: T0 + 7000 })
    expect(view.get().age).toBe(7)
    expect(client.serverNow()).toBe(T0 + 7000)
  })
})

describe('what was painted', () => {
  const painted = () => environment.socket.sent.filter(message => message.type === 'painted')

  test('goes back together, once a second, by the clock of the server at the time', async () => {
    await watch()
    environment.socket.serve({ timestamp: T0 + 5000 })
    client.painted(4)
    await environment.advance(400)
    client.painted(5)
    client.painted(4)
    expect(painted()).toEqual([])
    await environment.advance(600)
    const images = [
      { seq: 4, painted_at: T0 + 5000 },
      { seq: 5, painted_at: T0 + 5400 },
    ]
    expect(painted()).toEqual([{ type: 'painted', images }])
    client.painted(5)
    client.painted(6)
    await environment.advance(2000)
    expect(painted().slice(1)).toEqual([{ type: 'painted', images: [{ seq: 6, painted_at: T0 + 6000 }] }])
  })

  test('goes back at once when the page is hidden', async () => {
    await watch()
    environment.socket.serve()
    client.painted(4)
    environment.hide()
    expect(painted()).toHaveLength(1)
    await environment.advance(2000)
    expect(painted()).toHaveLength(1)
  })

  test('is at most a hundred images a message, and nothing that waits for a lost link', async () => {
    await watch()
    environment.socket.serve()
    for (let seq = 1; seq <= 150; seq += 1) client.painted(seq)
    await environment.advance(1000)
    expect(painted().map(message => message.type === 'painted' && message.images.length)).toEqual([100])
    client.painted(200)
    environment.socket.drop()
    client.painted(201)
    await environment.advance(1500)
    environment.socket.serve()
    await environment.advance(3000)
    expect(painted()).toEqual([])
  })

  test('counts anew in another log', async () => {
    await watch()
    environment.socket.serve({ seq: 4 })
    client.painted(4)
    await environment.advance(1000)
    environment.socket.say({ type: 'reset', reason: 'epoch', epoch: 'e2', seq: 4, timestamp: T0 })
    client.painted(4)
    await environment.advance(1000)
    expect(painted()).toHaveLength(2)
  })
})

describe('alerts', () => {
  const alert = (id: number, more: object = {}) => {
    const data = { id, name: 'stall', state: 'firing', started_at: T0 + id, changed_at: T0, ...more }
    return { type: 'alert', data, timestamp: T0 }
  }
  const firing = () => client.link.get().alerts.map(({ id }) => id)
  const answerPing = () =>
    environment.socket.say({ type: 'pong', id: environment.socket.pings.at(-1)?.id, timestamp: T0 })

  test('that are firing are at hand, and every word on them is passed on', async () => {
    await watch()
    const heard: string[] = []
    const stop = client.listenAlerts(({ id, state }) => heard.push(`${id} ${state}`))
    environment.socket.serve()
    environment.socket.say(alert(1))
    environment.socket.say(alert(2))
    expect(firing()).toEqual([2, 1])
    environment.socket.say(alert(1, { state: 'resolved', changed_at: T0 + 9 }))
    expect(firing()).toEqual([2])
    stop()
    environment.socket.say(alert(3))
    expect(heard).toEqual(['1 firing', '2 firing', '1 resolved'])
  })

  test('that are not told any more after an interruption are over', async () => {
    await watch()
    environment.socket.serve()
    for (const id of [1, 2]) environment.socket.say(alert(id))
    answerPing()
    environment.socket.drop()
    expect(firing()).toEqual([2, 1])
    await environment.advance(1500)
    environment.socket.serve()
    environment.socket.say(alert(2))
    expect(firing()).toEqual([2, 1])
    answerPing()
    expect(firing()).toEqual([2])
  })

  test('the version of the server is what it says itself, else what its configuration says', async () => {
    const { view } = await watch()
    environment.socket.accept()
    const message = { type: 'subscribed', node: 'n', epoch: EPOCH, seq: 0, mode: 'latest', timestamp: T0 }
    expect(view.get().serverVersion).toBe('0.1.0')
    environment.config = null
    environment.socket.say({ ...message, version: '0.2.0' })
    expect(view.get().serverVersion).toBe('0.2.0')
  })
})

describe('the replaced service', () => {
  const plain = (seq: number) => {
    const { filename, url, timestamp, type, coil_number, size, created_at } = image(seq)
    return { filename, url, timestamp, type, coil_number, size, created_at }
  }

  test('is understood, though it answers neither subscribe nor ping', async () => {
    const { view, seen } = await watch({ imageType: 'original', mode: 'every' })
    environment.socket.accept()
    environment.socket.say({ type: 'current_images', data: { original: plain(1) }, timestamp: T0 })
    environment.socket.say({ type: 'image_update', data: plain(2), timestamp: T0 })
    await environment.advance(2000)
    expect(view.get()).toMatchObject({ connectionType: 'websocket', currentImage: { timestamp: T0 + 2, seq: null } })
    await environment.advance(60_000)
    environment.socket.say({ type: 'image_update', data: plain(3), timestamp: T0 })
    expect(view.get()).toMatchObject({ connectionType: 'websocket', currentImage: { timestamp: T0 + 3 } })
    expect(seen.map(found => found.timestamp - T0)).toEqual([1, 2, 3])
  })
})

describe('a server that is late', () => {
  test('is not taken for the replaced one when its images are numbered', async () => {
    const { view } = await watch()
    environment.socket.accept()
    environment.socket.say({ type: 'current_images', data: { original: image(3) }, timestamp: T0 })
    await environment.advance(9000)
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', error: null })
    await environment.advance(1000)
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', error: { code: 'silent' } })
  })

  test('is waited for when it has many to answer', async () => {
    const { view } = await watch()
    environment.socket.accept()
    environment.socket.say({ type: 'current_images', data: { original: image(3) }, timestamp: T0 })
    await environment.advance(6000)
    environment.socket.say({ type: 'subscribed', node: 'n', epoch: EPOCH, seq: 3, mode: 'latest', timestamp: T0 })
    expect(view.get()).toMatchObject({ connectionType: 'websocket', failures: 0 })
    expect(environment.sockets).toHaveLength(1)
    await environment.advance(5000)
    expect(view.get().connectionType).toBe('websocket')
  })

  test('is watched from when it answers after all', async () => {
    const { view } = await watch()
    environment.socket.accept()
    environment.socket.say({ type: 'current_images', data: {}, timestamp: T0 })
    await environment.advance(3000)
    expect(view.get().connectionType).toBe('websocket')
    environment.socket.say({ type: 'subscribed', node: 'n', epoch: EPOCH, seq: 3, mode: 'latest', timestamp: T0 })
    environment.socket.say({ type: 'current_images', data: { original: image(3) }, timestamp: T0 })
    expect(view.get()).toMatchObject({ currentImage: { seq: 3 }, lastSeq: 3 })
    expect(environment.socket.pings).toHaveLength(1)
    await environment.advance(12_000)
    expect(view.get().error?.code).toBe('silent')
  })
})

describe('leaving', () => {
  test('ends the socket, the timers and the questions', async () => {
    const one = await watch()
    const two = await watch({ imageType: 'labeled' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    one.stop()
    one.stop()
    await settle()
    expect(environment.socket.isClosed).toBe(false)
    two.stop()
    await settle()
    expect(environment.socket.isClosed).toBe(true)
    expect(environment.timers).toBe(0)
    expect(environment.wakers).toBe(0)
    expect(environment.requests.filter(({ signal }) => !signal.aborted)).toEqual([])
  })

  test('while it is waiting or polling leaves nothing behind either', async () => {
    const { stop } = await watch()
    for (let attempt = 0; attempt < 3; attempt += 1) {
      environment.socket.drop()
      await environment.advance(1000)
    }
    stop()
    await settle()
    expect(environment.timers).toBe(0)
    const sockets = environment.sockets.length
    await environment.advance(120_000)
    expect(environment.sockets).toHaveLength(sockets)
  })

  test('and coming back later begins anew', async () => {
    const { view, seen, stop } = await watch({ mode: 'every' })
    environment.socket.serve({ seq: 3, images: [image(3)] })
    stop()
    await settle()
    expect(view.get()).toMatchObject({ connectionType: 'disconnected', currentImage: null })
    view.subscribe(() => {})
    await settle()
    expect(environment.sockets).toHaveLength(2)
    environment.socket.serve({ seq: 3, images: [image(3)] })
    expect(shown(view)).toBe(3)
    expect(seqs(seen)).toEqual([3, 3])
    expect(client.view({ mode: 'every' })).toBe(view)
  })

  test('and coming back in the same breath changes nothing', async () => {
    const { view, stop } = await watch()
    environment.socket.serve({ seq: 3, images: [image(3)] })
    stop()
    const again = view.subscribe(() => {})
    await settle()
    expect(environment.sockets).toHaveLength(1)
    expect(environment.socket.isClosed).toBe(false)
    again()
  })
})

import { expect, test } from 'vitest'
import { createApi, type Fetch } from '../src/api.ts'
import { image } from './support/fake-environment.ts'

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })

/** An API whose server gives `answer`, and what it was asked. */
function serving(answer: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit }[] = []
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init })
    return answer()
  }
  return { api: createApi('http://plant:8081/', fetch), asked }
}

test('asks as the server names it, and leaves out what nobody asked for', async () => {
  const { api, asked } = serving(() => json({ images: [image(1)], next: '5-1' }))
  const page = await api.history({
    camera: 'a&b',
    imageType: 'labeled',
    coilNumber: '7',
    from: 5,
    order: 'oldest',
    limit: 9,
  })
  expect(asked[0]?.url).toBe(
    'http://plant:8081/api/images?camera=a%26b&from=5&order=oldest&limit=9&type=labeled&coil=7',
  )
  expect(page).toEqual({ images: [image(1)], next: '5-1' })
  await api.history()
  expect(asked[1]?.url).toBe('http://plant:8081/api/images')
})

test('the name of a file is part of the path, whatever it is', async () => {
  const details = {
    epoch: 'e1',
    image: image(2),
    twins: { labeled: image(3, { type: 'labeled' }), odd: {} },
    provenance: { captured_at: 1, written_at: 2, seen_at: 3, pushed_at: null, painted_at: 5, later: 6 },
  }
  const { api, asked } = serving(() => json(details))
  const { twins, provenance } = await api.details('main', 'original', 'a b/?.jpg')
  expect(asked[0]?.url).toBe('http://plant:8081/api/images/main/original/a%20b%2F%3F.jpg')
  expect(Object.keys(twins)).toEqual(['labeled'])
  expect(provenance).toEqual({ captured_at: 1, written_at: 2, seen_at: 3, pushed_at: null, painted_at: 5 })
})

test('density, coils and configuration are read whole', async () => {
  const density = { from: 0, to: 9, width_ms: 1000, total: 3, buckets: [[0, 3]] }
  expect(await serving(() => json(density)).api.density({ buckets: 100 })).toEqual(density)
  const coils = [{ coil_number: '7', count: 2, first_at: 1, last_at: 2, last_image: image(2) }]
  expect(await serving(() => json({ coils })).api.coils()).toEqual(coils)
})

test('a status with services that a newer server measures otherwise is still one', async () => {
  const status = {
    at: 1,
    node: 'line-1',
    version: '0.2.0',
    epoch: 'e1',
    status: 'ok',
    reason: null,
    services: [
      { name: 'watcher', state: 'ready', pid: 4, since: 1, restarts: 0, queue: 0, seq: 9, memory_bytes: 5, cpu_s: 0.5 },
    ],
    latency: {
      from: 0,
      to: 9,
      images: 2,
      stages: { written_seen: { count: 2, p50_ms: 0.5, p95_ms: 1, minutes: [[0, 0.5, 1]] }, dreamed: {} },
    },
    images: [{ camera: 'main', type: 'original', last: image(9), minutes: [[0, 2]] }],
    clients: { websocket: 1, long_poll: 0 },
    disks: [{ role: 'images', path: '/x', total_bytes: 9, free_bytes: 3, free_inodes: null, total_inodes: null }],
    flows: [],
    lines: [],
    weather: 'fine',
  }
  const read = await serving(() => json(status)).api.status()
  const none = { count: 0, p50_ms: null, p95_ms: null, minutes: [] }
  const stages = { captured_written: none, seen_pushed: none, pushed_painted: none, written_painted: none }
  const { weather, ...known } = status
  expect(weather).toBe('fine')
  expect(read).toEqual({
    ...known,
    latency: { ...status.latency, stages: { ...stages, written_seen: status.latency.stages.written_seen } },
  })
})

test('an alert is acknowledged with a name', async () => {
  const alert = {
    id: 4,
    name: 'stall',
    state: 'firing',
    started_at: 1,
    changed_at: 2,
    summary: { ko: '지연', en: 'stall' },
  }
  const { api, asked } = serving(() => json({ ...alert, acknowledged: { by: 'Kim', at: 3, note: '' } }))
  const answer = await api.acknowledge(4, { by: 'Kim', note: '' })
  expect(asked[0]).toMatchObject({
    url: 'http://plant:8081/api/alerts/4/acknowledge',
    init: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"by":"Kim","note":""}' },
  })
  expect(answer).toMatchObject({ severity: 'warning', acknowledged: { by: 'Kim', at: 3 }, advice: { ko: '', en: '' } })
})

test('alerts are silenced with a name, and no longer', async () => {
  const silence = { id: 7, state: 'lasting', name: 'stall', started_at: 1, until: 9, by: 'Kim', note: 'belt' }
  const read = { ...silence, camera: null, type: null, service: null, ended_at: null, ended_by: null }
  const one = serving(() => json(silence))
  expect(await one.api.silence({ name: 'stall', for_s: 7200, by: 'Kim', note: 'belt' })).toEqual(read)
  await one.api.endSilence(7, 'Kim')
  expect(one.asked).toMatchObject([
    { url: 'http://plant:8081/api/silences', init: { body: '{"name":"stall","for_s":7200,"by":"Kim","note":"belt"}' } },
    { url: 'http://plant:8081/api/silences/7/end', init: { method: 'POST', body: '{"by":"Kim"}' } },
  ])
  const list = serving(() => json({ silences: [silence] }))
  expect(await list.api.silences()).toEqual([read])
  await list.api.silences('all')
  expect(list.asked.map(each => each.url)).toEqual([
    'http://plant:8081/api/silences',
    'http://plant:8081/api/silences?state=all',
  ])
  await expect(serving(() => json({ silences: [{ id: 1 }] })).api.silences()).rejects.toMatchObject({ status: 200 })
})

test('a refusal says what the server says', async () => {
  const problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no such image' }
  const { api } = serving(() => json(problem, 404))
  await expect(api.details('main', 'original', 'x')).rejects.toMatchObject({
    name: 'ApiError',
    status: 404,
    title: 'Not Found',
    detail: 'there is no such image',
  })
})

test('a proxy that answers in its own words, another answer, and none at all are errors as well', async () => {
  const page = new Response('<h1>Bad Gateway</h1>', { status: 502, statusText: 'Bad Gateway' })
  await expect(serving(() => page).api.coils()).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' })
  await expect(serving(() => json({ coils: [{}] })).api.coils()).rejects.toMatchObject({ status: 200 })
  await expect(serving(() => new Response('<html>')).api.config()).rejects.toMatchObject({ status: 200 })
  const gone = serving(() => Promise.reject(new TypeError('fetch failed')))
  await expect(gone.api.status()).rejects.toMatchObject({ status: 0, detail: 'TypeError: fetch failed' })
})

test('who stops waiting gets the reason that it gave', async () => {
  const { api } = serving(() => new Promise<Response>(() => {}))
  const stop = new AbortController()
  const hanging = createApi('http://plant', (_, init) => {
    return new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
  }).alerts({}, stop.signal)
  stop.abort(new Error('gone'))
  await expect(hanging).rejects.toThrow('gone')
  await expect(api.status(stop.signal)).rejects.toThrow('gone')
})

test('a preview is named with its log where that is known; an image without a number has none', () => {
  const api = createApi('http://plant')
  expect(api.previewUrl(image(5), 'strip', 'e1')).toBe('http://plant/preview/5?size=strip&epoch=e1')
  expect(api.previewUrl(image(5), 'screen')).toBe('http://plant/preview/5?size=screen')
  expect(api.previewUrl(image(5, { seq: null }), 'screen')).toBe(api.imageUrl(image(5)))
})

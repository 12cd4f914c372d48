import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAlerts, parseCoils, parseDensity, parseDetails, parseHistory } from '../src/answers.ts'
import { parseConfig, parseCurrent, parseMessage, parsePreview } from '../src/messages.ts'
import { parseSilences } from '../src/silences.ts'
import { parseStatus } from '../src/status.ts'
import { image, previewFrame } from './support/fake-environment.ts'

const GOLDEN = resolve(import.meta.dirname, '../../../../tests/contract/golden')
const read = (path: string) => readFileSync(resolve(GOLDEN, path), 'utf8')
// Canaries are for who watches over the node: this client never asks for them.
const others = ['preview.json', 'canary.json']
const messages = readdirSync(GOLDEN).filter(name => name.endsWith('.json') && !others.includes(name))

describe('the contract with the gateway', () => {
  test('has every message that this client lives from', () => {
    const needed = ['current_images', 'health', 'image_removed', 'image_update', 'pong', 'reset', 'subscribed']
    expect(messages.map(name => name.replace('.json', ''))).toEqual(expect.arrayContaining(needed))
  })

  test.each(messages)('%s is read whole', name => {
    const text = read(name)
    expect(parseMessage(text)).toEqual(JSON.parse(text))
  })

  test('a preview is its header, its length in front, and the picture', async () => {
    const header = new TextEncoder().encode(read('preview.json'))
    const frame = new Uint8Array(4 + header.length + 2)
    new DataView(frame.buffer).setUint32(0, header.length)
    frame.set(header, 4)
    frame.set([0xff, 0xd8], 4 + header.length)
    const preview = parsePreview(frame.buffer)
    expect(preview).toMatchObject({ seq: 13, width: 1024, height: 857, blob: { type: 'image/jpeg', size: 2 } })
  })

  test.each([
    ['alerts', parseAlerts],
    ['config', parseConfig],
    ['image_details', parseDetails],
    ['images', parseHistory],
    ['images_current', parseCurrent],
    ['images_density', parseDensity],
    ['status', parseStatus],
    ['status', parseStatus],
  ] as const)('the answer %s is read whole', (name, parse) => {
    const answer = JSON.parse(read(`http/${name}.json`))
    expect(parse(answer)).toEqual(answer)
  })

  test('the silences are what their answer is about', () => {
    const answer = JSON.parse(read('http/silences.json'))
    expect(parseSilences(answer)).toEqual(answer.silences)
  })

  test('the coils are what their answer is about', () => {
    const answer = JSON.parse(read('http/coils.json'))
    expect(parseCoils(answer)).toEqual(answer.coils)
  })
})

describe('reading what comes', () => {
  test.each([
    '',
    'no json',
    '[]',
    'null',
    '{"type":"alert"}',
    '{"type":"alert","data":{"id":1,"name":"stall","state":"odd"},"timestamp":1}',
    '{"type":"image_update","data":{}}',
    '{"type":"toString"}',
  ])('ignores %j', text => expect(parseMessage(text)).toBeNull())

  test('fills in what the replaced service never sent', () => {
    const { filename, url, timestamp, type, coil_number, size, created_at } = image(1)
    const data = { filename, url, timestamp, type, coil_number, size, created_at }
    const message = parseMessage(JSON.stringify({ type: 'image_update', data, timestamp: 1 }))
    expect(message).toMatchObject({ data: { camera: 'main', seq: null, width: null, seen_at: null } })
  })

  test('ignores a binary frame that is cut short, of another kind, or longer announced than it is', () => {
    const whole = previewFrame(3)
    expect(parsePreview(whole)?.seq).toBe(3)
    expect(parsePreview(new ArrayBuffer(2))).toBeNull()
    expect(parsePreview(whole.slice(0, 40))).toBeNull()
    const lying = whole.slice(0)
    new DataView(lying).setUint32(0, 4_000_000_000)
    expect(parsePreview(lying)).toBeNull()
  })

  test('refuses an answer or a configuration that is none', () => {
    expect(parseCurrent({ image: {}, isDemo: false, epoch: 'e', seq: 1, timestamp: 1 })).toBeNull()
    expect(parseConfig({ reconnect: {} })).toBeNull()
  })
})

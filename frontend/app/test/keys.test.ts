import { afterEach, expect, test, vi } from 'vitest'
import { Keyboard, keyName } from '../src/keys/keys.ts'

afterEach(() => document.body.replaceChildren())

const press = (keyboard: Keyboard, key: string, on: Element = document.body, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  on.dispatchEvent(event)
  Object.defineProperty(event, 'target', { value: on })
  return keyboard.press(event)
}

function put<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Record<string, string> = {}) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  document.body.append(element)
  return element
}

test.each([
  [{ key: 'L', code: 'KeyL', shiftKey: true }, 'l'],
  [{ key: 'ㅣ', code: 'KeyL', shiftKey: false }, 'l'],
  [{ key: 'Process', code: 'KeyK', shiftKey: false }, 'k'],
  [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
  [{ key: 'ArrowLeft', code: 'ArrowLeft', shiftKey: true }, 'Shift+ArrowLeft'],
  [{ key: ' ', code: 'Space', shiftKey: false }, ' '],
])('%o is called %j, whatever the layout and the input method', (event, name) => {
  expect(keyName(event)).toBe(name)
})

test('what came last is asked first, and goes with its view', () => {
  const keyboard = new Keyboard()
  const [below, above] = [vi.fn(), vi.fn()]
  keyboard.add({ title: 'panel', bindings: [{ keys: ['x'], label: 'below', run: below }] })
  const leave = keyboard.add({ title: 'view', bindings: [{ keys: ['x', 'y'], label: 'above', run: above }] })
  expect(press(keyboard, 'x')).toBe(true)
  expect([below.mock.calls.length, above.mock.calls.length]).toEqual([0, 1])
  leave()
  press(keyboard, 'x')
  expect(below).toHaveBeenCalledOnce()
  expect(press(keyboard, 'y')).toBe(false)
})

test('who writes is left alone, and so are the browser and its shortcuts', () => {
  const keyboard = new Keyboard()
  const run = vi.fn()
  keyboard.add({ title: 'panel', bindings: [{ keys: ['l', 'ArrowLeft', ' ', 'Enter'], label: 'l', run }] })
  for (const field of [put('input'), put('textarea'), put('select'), put('input', { type: 'datetime-local' })]) {
    expect(press(keyboard, 'l', field)).toBe(false)
  }
  expect(press(keyboard, 'l', document.body, { ctrlKey: true })).toBe(false)
  expect(run).not.toHaveBeenCalled()
})

test('a control that has the focus keeps the keys that it lives by, and leaves the others', () => {
  const keyboard = new Keyboard()
  const run = vi.fn()
  keyboard.add({ title: 'panel', bindings: [{ keys: ['l', 'ArrowLeft', ' ', 'Enter'], label: 'l', run }] })
  expect(press(keyboard, 'ArrowLeft', put('input', { type: 'radio' }))).toBe(false)
  expect(press(keyboard, 'Enter', put('button'))).toBe(false)
  expect(press(keyboard, ' ', put('a'))).toBe(false)
  expect(press(keyboard, 'l', put('button'))).toBe(true)
  expect(press(keyboard, 'l', put('input', { type: 'radio' }))).toBe(true)
})

test('behind an open dialog nothing is pressed', () => {
  const keyboard = new Keyboard()
  keyboard.add({ title: 'panel', bindings: [{ keys: ['l'], label: 'l', run: vi.fn() }] })
  const dialog = put('dialog', { open: '' })
  const button = document.createElement('button')
  dialog.append(button)
  expect(press(keyboard, 'l', button)).toBe(false)
})

import { expect, test } from 'vitest'
import { contentSize } from '../src/frame/size.ts'
import { mergeCameras, nextKind, stepCamera } from '../src/views/live/cameras.ts'
import { widthOf } from '../src/views/live/coil-number.ts'
import { shapeGrid } from '../src/views/live/grid-shape.ts'

test('cameras stand in the order of the server, new ones behind them, each once', () => {
  expect(mergeCameras(['main', 'exit'], [])).toEqual(['main', 'exit'])
  expect(mergeCameras(['main', 'exit'], ['top', 'exit', 'back'])).toEqual(['main', 'exit', 'back', 'top'])
})

test('next and previous go round, and from all cameras to the first and the last', () => {
  const cameras = ['main', 'exit', 'top']
  expect(stepCamera(cameras, 'main', 1)).toBe('exit')
  expect(stepCamera(cameras, 'top', 1)).toBe('main')
  expect(stepCamera(cameras, 'main', -1)).toBe('top')
  expect(stepCamera(cameras, undefined, 1)).toBe('main')
  expect(stepCamera(cameras, undefined, -1)).toBe('top')
  expect(stepCamera(cameras, 'gone', 1)).toBe('main')
  expect(stepCamera([], undefined, 1)).toBeUndefined()
})

test('the kinds go round, and from one that nobody knows to the first', () => {
  expect(nextKind(['original', 'labeled'], 'original')).toBe('labeled')
  expect(nextKind(['original', 'labeled'], 'labeled')).toBe('original')
  expect(nextKind(['original', 'labeled'], 'depth')).toBe('original')
})

test('the pictures of a grid are as large as the room allows', () => {
  const columns = (count: number, width: number, height: number) => shapeGrid(count, { width, height }, 48, 12).columns
  expect(columns(1, 1248, 500)).toBe(1)
  expect(columns(2, 1248, 500)).toBe(2)
  expect(columns(2, 500, 1248)).toBe(1)
  expect(columns(3, 1248, 500)).toBe(3)
  expect(columns(4, 1248, 500)).toBe(4)
  expect(columns(4, 1888, 900)).toBe(2)
  expect(columns(9, 1888, 900)).toBe(5)
  expect(columns(16, 1888, 900)).toBe(6)
  expect(columns(16, 3808, 1960)).toBe(6)
})

test('a grid whose pictures would be stamps scrolls instead', () => {
  expect(shapeGrid(16, { width: 1248, height: 560 }, 48, 12)).toEqual({ columns: 6, fits: true })
  expect(shapeGrid(40, { width: 1248, height: 560 }, 48, 12).fits).toBe(false)
  expect(shapeGrid(16, { width: 366, height: 600 }, 48, 12)).toEqual({ columns: 1, fits: false })
  expect(shapeGrid(0, { width: 0, height: 0 }, 48, 12)).toEqual({ columns: 1, fits: false })
})

test('an image has as many pixels as its file says, whichever of its sizes is painted', () => {
  const file = { width: 4096, height: 3072 }
  expect(contentSize(file, { width: 1024, height: 768 })).toEqual(file)
  expect(contentSize({ width: 2448, height: 2048 }, { width: 1024, height: 857 })).toEqual({
    width: 2448,
    height: 2048,
  })
  expect(contentSize({ width: null, height: null }, { width: 1024, height: 768 })).toEqual({ width: 1024, height: 768 })
  // Held upright, and so painted upright.
  expect(contentSize(file, { width: 768, height: 1024 })).toEqual({ width: 768, height: 1024 })
  expect(contentSize(file, { width: 0, height: 0 })).toEqual(file)
  expect(contentSize({ width: 0, height: null }, { width: 0, height: 0 })).toEqual({ width: 1, height: 1 })
})

test('a short number is written large, a long one on two lines, and Hangul needs more room', () => {
  expect(widthOf('7')).toBe(widthOf('2891'))
  expect(widthOf('2891')).toBeCloseTo(2.32)
  expect(widthOf('번호 없음')).toBeGreaterThan(widthOf('12345'))
  expect(widthOf('C2891-04A-X')).toBeLessThan(widthOf('C2891-04A'))
  expect(widthOf('12345678901234567890')).toBeCloseTo(6.38)
  expect(widthOf('–')).toBe(widthOf('2891'))
})

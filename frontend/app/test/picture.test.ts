import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { decodeBytes, describePicture, pictureSize, releasePicture } from '../src/frame/picture.ts'

const bitmap = { width: 1024, height: 768, close: vi.fn() }
const transfer = vi.fn()

beforeEach(() => {
  vi.stubGlobal('createImageBitmap', () => Promise.resolve(bitmap))
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ transferFromImageBitmap: transfer } as never)
})
afterEach(() => vi.clearAllMocks())

test('bytes become a picture that says what it shows, as large as it is', async () => {
  const picture = await decodeBytes(new Blob(), new AbortController().signal)
  expect(transfer).toHaveBeenCalledWith(bitmap)
  expect(pictureSize(picture)).toEqual({ width: 1024, height: 768 })
  describePicture(picture, 'Coil 2891')
  expect([picture.getAttribute('role'), picture.getAttribute('aria-label')]).toEqual(['img', 'Coil 2891'])
})

test('a picture that nobody wants any more keeps no pixels', async () => {
  const stop = new AbortController()
  const decoding = decodeBytes(new Blob(), stop.signal)
  stop.abort()
  await expect(decoding).rejects.toThrow()
  expect(bitmap.close).toHaveBeenCalled()
  const picture = await decodeBytes(new Blob(), new AbortController().signal)
  releasePicture(picture)
  expect(pictureSize(picture)).toEqual({ width: 0, height: 0 })
})

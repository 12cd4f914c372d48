import { expect, test } from 'vitest'
import { readAddress, withType } from '../src/address.ts'
import { formatAge, formatBytes, formatTime } from '../src/format.ts'
import { charactersOf, languageOf, WORDING } from '../src/wording.ts'
import { T0 } from './support/images.ts'

test.each([
  [0, '0초', '0 s'],
  [59, '59초', '59 s'],
  [60, '1분 0초', '1 min 0 s'],
  [3599, '59분 59초', '59 min 59 s'],
  [3600, '1시간 0분', '1 h 0 min'],
  [90_000, '1일 1시간', '1 d 1 h'],
])('an age of %i s is %s, or %s', (ageS, ko, en) => {
  expect(formatAge(ageS, WORDING.ko)).toBe(ko)
  expect(formatAge(ageS, WORDING.en)).toBe(en)
})

test('capture time is told in the time zone of the plant', () => {
  expect(formatTime(T0, 'ko', 'Asia/Seoul')).toEqual({ date: '2025. 11. 24. (월)', time: '11:00:00' })
  expect(formatTime(T0, 'en', 'Asia/Seoul')).toEqual({ date: 'Mon, 24 Nov 2025', time: '11:00:00' })
})

test('sizes are short', () => {
  expect([12, 4300, 1_843_200].map(formatBytes)).toEqual(['12 B', '4 kB', '1.8 MB'])
})

test('what is shown is read from the address and written back, with the rest left as it is', () => {
  expect(readAddress('')).toEqual({ imageType: 'original', camera: undefined, coilNumber: undefined })
  expect(readAddress('?type=labeled&camera=exit&coil=2891')).toEqual({
    imageType: 'labeled',
    camera: 'exit',
    coilNumber: '2891',
  })
  expect(withType('?camera=exit', 'labeled')).toBe('?camera=exit&type=labeled')
  expect(withType('?type=labeled', 'original')).toBe('')
})

test('Korean unless English is asked for', () => {
  expect([languageOf(undefined), languageOf('ko'), languageOf('fr'), languageOf('en')]).toEqual([
    'ko',
    'ko',
    'ko',
    'en',
  ])
})

test('every character of every sentence is known before it is needed', () => {
  const characters = charactersOf('ko')
  for (const character of '연결이 끊어졌습니다 지연 9초'.replace('9', '')) expect(characters).toContain(character)
})

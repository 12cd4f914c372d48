import { expect, test } from 'vitest'
import { formatAge, formatBytes, formatTime } from '../src/format.ts'
import { charactersOf, RESOURCES, translator } from '../src/i18n/translate.ts'
import { decideLook } from '../src/look/look.ts'
import { T0 } from './support/images.ts'

test.each([
  [0, '0초', '0 s'],
  [59, '59초', '59 s'],
  [60, '1분 0초', '1 min 0 s'],
  [3599, '59분 59초', '59 min 59 s'],
  [3600, '1시간 0분', '1 h 0 min'],
  [90_000, '1일 1시간', '1 d 1 h'],
])('an age of %i s is %s, or %s', (ageS, ko, en) => {
  expect(formatAge(ageS, translator('ko'))).toBe(ko)
  expect(formatAge(ageS, translator('en'))).toBe(en)
})

test('capture time is told in the time zone of the plant', () => {
  expect(formatTime(T0, 'ko', 'Asia/Seoul')).toEqual({ date: '2025. 11. 24. (월)', time: '11:00:00' })
  expect(formatTime(T0, 'en', 'Asia/Seoul')).toEqual({ date: 'Mon, 24 Nov 2025', time: '11:00:00' })
})

test('sizes are short', () => {
  expect([12, 4300, 1_843_200, 53_700_000_000].map(formatBytes)).toEqual(['12 B', '4 kB', '1.8 MB', '53.7 GB'])
})

test('the address decides the language, then this screen, then the server; else it is Korean', () => {
  expect(decideLook('?lang=en', { language: 'ko' }, 'ko').language).toBe('en')
  expect(decideLook('', { language: 'en' }, 'ko').language).toBe('en')
  expect(decideLook('?lang=xx', {}, 'en').language).toBe('en')
  expect(decideLook('', { language: 'xx' }, undefined)).toEqual({ language: 'ko', theme: 'dark' })
})

test('both languages have the same sentences, with the same values in them', () => {
  const korean = sentences(RESOURCES.ko)
  const english = sentences(RESOURCES.en)
  expect([...english.keys()]).toEqual([...korean.keys()])
  for (const [key, text] of korean) expect([key, values(english.get(key))]).toEqual([key, values(text)])
})

test('every character of every sentence is known before it is needed', () => {
  const characters = charactersOf('ko')
  for (const character of '연결이 끊어졌습니다 지연 초') expect(characters).toContain(character)
})

function sentences(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [[`${path}${key}`, inner] as const] : [...sentences(inner, `${path}${key}.`)],
    ),
  )
}

const values = (text = '') => [...text.matchAll(/{{\w+}}/g)].map(String).sort()

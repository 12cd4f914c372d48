/**
 * Every sentence of the panel, in both languages, in a file a view: a view's component takes them by `useTranslation('<view>')`,
 * what all share by `useTranslation()`. i18next puts the values in; both languages are in the page, so that changing takes no request.
 */
import i18next, { type i18n, type TFunction } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../look/look.ts'
import { en } from './en/index.ts'
import { ko } from './ko/index.ts'

export const RESOURCES = { ko, en }
export const COMMON = 'common'

export type Translate = TFunction<typeof COMMON>

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof ko
    enableSelector: false
  }
}

export function makeI18n(language: Language): i18n {
  const made = i18next.createInstance()
  // With the sentences at hand this is over when it returns. React writes text as text: nothing needs escaping.
  void made.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'ko',
    resources: RESOURCES,
    defaultNS: COMMON,
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  return made
}

/** A kind as people call it; one that nobody has named yet by its folder's name. */
export function kindName(t: Translate, kind: string): string {
  return t(`kinds.${kind as 'original'}`, { defaultValue: kind })
}

/** A camera as people call it. */
export function cameraName(t: Translate, camera: string): string {
  return t(`cameraName.${camera as 'main'}`, { defaultValue: camera })
}

/** Every character that the panel may have to write in a language. */
export function charactersOf(language: Language): string {
  return [...new Set(texts(RESOURCES[language]).join(''))].join('')
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

/**
 * Every sentence of the panel, in both languages, in a file a view: a view's component takes them by `useTranslation('<view>')`,
 * what all share by `useTranslation()`. A sentence that is missing, or named wrongly, does not compile. `{{name}}` stands for a value.
 *
 * i18next was here first, and took 17 kB of the 200 that the panel may have for what is needed of it below.
 */
import { type Language, useLook } from '../look/look.ts'
import { en } from './en/index.ts'
import { ko } from './ko/index.ts'

type Sentences = typeof ko
export type Namespace = keyof Sentences

/** The names of all sentences in it, as `lost.title`. */
type Path<Texts> = {
  [Key in keyof Texts & string]: Texts[Key] extends string ? Key : `${Key}.${Path<Texts[Key]>}`
}[keyof Texts & string]

export type Values = Readonly<Record<string, string | number>>

/** The sentence of that name, with the values put in. */
export type Translate<Of extends Namespace = 'common'> = (name: Path<Sentences[Of]>, values?: Values) => string

export const RESOURCES: Record<Language, Sentences> = { ko, en }

const made = new Map<string, unknown>()

/** The same function for the same language and view, so that it can stand in a dependency list. */
export function translator<Of extends Namespace = 'common'>(language: Language, of?: Of): Translate<Of> {
  const namespace = of ?? 'common'
  const key = `${language} ${namespace}`
  const known = made.get(key) as Translate<Of> | undefined
  const t = known ?? ((name: string, values?: Values) => say(RESOURCES[language][namespace], name, values))
  made.set(key, t)
  return t
}

export function useTranslation<Of extends Namespace = 'common'>(of?: Of): { t: Translate<Of> } {
  return { t: translator(useLook().language, of) }
}

function say(texts: object, name: string, values: Values = {}): string {
  const text = lookUp(texts, name)
  // Never seen where the types hold; a name on the screen is better than a screen that fails.
  if (text === undefined) return name
  return text.replace(/{{(\w+)}}/g, (place, value: string) => String(values[value] ?? place))
}

/** Own names only: a kind of image may be called `constructor`. */
function lookUp(texts: object, name: string): string | undefined {
  const found = name.split('.').reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
      ? (inner as Record<string, unknown>)[part]
      : undefined
  }, texts)
  return typeof found === 'string' ? found : undefined
}

/** A kind as people call it; one that nobody has named yet by its folder's name. */
export function kindName(t: Translate, kind: string): string {
  return sayOr(t, `kinds.${kind}`, kind)
}

/** A camera as people call it. */
export function cameraName(t: Translate, camera: string): string {
  return sayOr(t, `cameraName.${camera}`, camera)
}

/** A sentence whose name is made of what a server says, or `otherwise` where nobody has written one. */
export function sayOr<Of extends Namespace>(t: Translate<Of>, name: string, otherwise: string): string {
  const said = t(name as Path<Sentences[Of]>)
  return said === name ? otherwise : said
}

/** Every character that the panel may have to write in a language. */
export function charactersOf(language: Language): string {
  return [...new Set(texts(RESOURCES[language]).join(''))].join('')
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

/** The same sentences in another language: the type lets none be forgotten. */
export type Translation<Sentences> = {
  readonly [Key in keyof Sentences]: Sentences[Key] extends string ? string : Translation<Sentences[Key]>
}

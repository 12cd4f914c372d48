/** Which cameras there are, and which is next. Pure. */

/** In the server's order, and behind them those of which images came before the server was asked again. */
export function mergeCameras(known: readonly string[], seen: readonly string[]): readonly string[] {
  return [...known, ...seen.filter(camera => !known.includes(camera)).sort()]
}

/** The camera a step further on, round and round; from all of them it goes to the first or the last. */
export function stepCamera(cameras: readonly string[], current: string | undefined, step: 1 | -1): string | undefined {
  const at = current === undefined ? -1 : cameras.indexOf(current)
  if (at < 0) return cameras.at(step === 1 ? 0 : -1)
  return cameras[(at + step + cameras.length) % cameras.length]
}

/** The kind after this one, round and round. */
export function nextKind(kinds: readonly string[], current: string): string {
  return kinds[(kinds.indexOf(current) + 1) % kinds.length] ?? current
}

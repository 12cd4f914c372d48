/** How large a coil's number can be written: it is read from three metres away. Pure. */

/** More characters are as large again on two lines. */
const ONE_LINE = 10

/** A number of fewer digits is written as large as one of four: nothing moves when it grows. */
const LEAST_DIGITS = 4

/** Widths of the font in em: of a digit, of most letters, of a Hangul syllable. */
const DIGIT_EM = 0.58
const LETTER_EM = 0.7
const WIDE_EM = 0.96

/** How wide the number is in em, of its longer line if it takes two. */
export function widthOf(number: string): number {
  const widths = [...number].map(widthOfOne)
  const total = widths.reduce((sum, width) => sum + width, 0)
  // One character more than half: where the line breaks, no part of a character fits.
  return widths.length > ONE_LINE ? total / 2 + Math.max(...widths) : Math.max(total, LEAST_DIGITS * DIGIT_EM)
}

function widthOfOne(character: string): number {
  if (/[0-9-]/.test(character)) return DIGIT_EM
  return /[ᄀ-ᇿ⺀-鿿가-퟿豈-﫿＀-｠]/.test(character) ? WIDE_EM : LETTER_EM
}

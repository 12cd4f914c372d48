/** The compare view. */
export const compare = {}

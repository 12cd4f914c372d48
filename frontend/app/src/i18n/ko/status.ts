/** The status view. */
export const status = {}

/** The history view. */
export const history = {}

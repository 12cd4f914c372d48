/** The alerts view. */
export const alerts = {}

/** The coil view. */
export const coil = {}

/** The HTTP side of the server that the page came from. */
import { createApi } from '@coilcast/live-image'

export const api = createApi()

/** The version that this page was built as; the server tells its own in `/api/config`. */
declare const __PANEL_VERSION__: string

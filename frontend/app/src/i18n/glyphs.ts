const FONT = '"Noto Sans KR Variable"'

/**
 * The font comes in a hundred pieces, each fetched when one of its characters is first written. The sentence that says that the
 * server is gone must not need a piece from that server, so all are fetched while it is there.
 */
export function loadGlyphs(characters: string): void {
  // Missing where nothing is drawn, as in a test.
  void document.fonts?.load(`16px ${FONT}`, characters)
}

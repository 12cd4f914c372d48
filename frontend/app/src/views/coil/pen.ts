/** Draws along and across the strip, whichever way it lies on the screen. In the screen's own pixels. */

export class Pen {
  readonly context: CanvasRenderingContext2D
  readonly isUpright: boolean

  constructor(context: CanvasRenderingContext2D, isUpright: boolean) {
    this.context = context
    this.isUpright = isUpright
  }

  fill(colour: string | CanvasPattern, main: number, cross: number, length: number, breadth: number): void {
    this.context.fillStyle = colour
    if (this.isUpright) this.context.fillRect(cross, main, breadth, length)
    else this.context.fillRect(main, cross, length, breadth)
  }

  /** A border inside the rectangle. */
  outline(colour: string, width: number, main: number, cross: number, length: number, breadth: number): void {
    this.fill(colour, main, cross, length, width)
    this.fill(colour, main, cross + breadth - width, length, width)
    this.fill(colour, main, cross, width, breadth)
    this.fill(colour, main + length - width, cross, width, breadth)
  }

  /** Whatever is drawn meanwhile ends at these places along the strip. */
  within(from: number, to: number, draw: () => void): void {
    const { context } = this
    const { width, height } = context.canvas
    context.save()
    context.beginPath()
    if (this.isUpright) context.rect(0, from, width, to - from)
    else context.rect(from, 0, to - from, height)
    context.clip()
    draw()
    context.restore()
  }

  /** A picture, turned by so many quarters clockwise, so that it fills the rectangle. */
  picture(
    bitmap: CanvasImageSource,
    quarters: 0 | 1 | 2 | 3,
    main: number,
    cross: number,
    length: number,
    breadth: number,
  ): void {
    const [x, y, width, height] = this.isUpright ? [cross, main, breadth, length] : [main, cross, length, breadth]
    const { context } = this
    if (quarters === 0) {
      context.drawImage(bitmap, x, y, width, height)
      return
    }
    if (quarters === 1) context.setTransform(0, 1, -1, 0, x + width, y)
    else if (quarters === 2) context.setTransform(-1, 0, 0, -1, x + width, y + height)
    else context.setTransform(0, -1, 1, 0, x, y + height)
    if (quarters === 2) context.drawImage(bitmap, 0, 0, width, height)
    else context.drawImage(bitmap, 0, 0, height, width)
    context.setTransform(1, 0, 0, 1, 0, 0)
  }

  /** Upright text whose first letter stands at `main`; on an upright strip, whose first line does. Returns its extent along the strip. */
  text(text: string, colour: string, main: number, cross: number, align: CanvasTextAlign = 'start'): number {
    const { context } = this
    context.fillStyle = colour
    context.textBaseline = 'middle'
    context.textAlign = this.isUpright ? 'start' : align
    if (this.isUpright) context.fillText(text, cross, main)
    else context.fillText(text, main, cross)
    return context.measureText(text).width
  }
}

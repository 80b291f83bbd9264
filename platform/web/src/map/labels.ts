// Which plates can be written without covering each other.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Takes boxes as long as they are free; ask for the important ones first. */
export class Labels {
  private readonly cells = new Map<number, Box[]>();
  private static readonly cellPx = 64;

  take(box: Box): boolean {
    const touched = this.cellsOf(box);
    for (const cell of touched) {
      for (const other of this.cells.get(cell) ?? []) {
        if (
          box.left < other.right &&
          other.left < box.right &&
          box.top < other.bottom &&
          other.top < box.bottom
        ) {
          return false;
        }
      }
    }
    for (const cell of touched) {
      const list = this.cells.get(cell);
      if (list === undefined) this.cells.set(cell, [box]);
      else list.push(box);
    }
    return true;
  }

  private cellsOf(box: Box): number[] {
    const size = Labels.cellPx;
    const out: number[] = [];
    for (let x = Math.floor(box.left / size); x <= Math.floor(box.right / size); x += 1) {
      for (let y = Math.floor(box.top / size); y <= Math.floor(box.bottom / size); y += 1) {
        out.push(x * 4099 + y);
      }
    }
    return out;
  }
}

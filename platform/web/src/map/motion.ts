// Where a vehicle is drawn between two reports: it glides from where it was drawn to where it is,
// and never beyond (a guess ahead would have to be taken back).

export interface Place {
  lon: number;
  lat: number;
}

interface Glide {
  from: Place;
  to: Place;
  startMs: number;
  durationMs: number;
  reportedMs: number;
}

const farDeg = 0.02; // some two kilometres: a jump is shown as a jump
const shortest = 200;
const longest = 2500;

export class Motion {
  private readonly glides = new Map<string, Glide>();

  report(id: string, to: Place, nowMs: number): void {
    const old = this.glides.get(id);
    if (old === undefined || far(old.to, to)) {
      this.glides.set(id, { from: to, to, startMs: nowMs, durationMs: 0, reportedMs: nowMs });
      return;
    }
    if (old.to.lon === to.lon && old.to.lat === to.lat) return;
    // As long as the last report is old, so that the glide ends about when the next one comes.
    const durationMs = Math.min(longest, Math.max(shortest, (nowMs - old.reportedMs) * 1.1));
    const from = at(old, nowMs);
    this.glides.set(id, { from, to, startMs: nowMs, durationMs, reportedMs: nowMs });
  }

  forget(keep: (id: string) => boolean): void {
    for (const id of [...this.glides.keys()]) if (!keep(id)) this.glides.delete(id);
  }

  place(id: string, nowMs: number): Place | null {
    const glide = this.glides.get(id);
    return glide === undefined ? null : at(glide, nowMs);
  }

  /** Whether anything is still on its way. */
  moving(nowMs: number): boolean {
    for (const glide of this.glides.values()) {
      if (nowMs < glide.startMs + glide.durationMs) return true;
    }
    return false;
  }
}

function far(a: Place, b: Place): boolean {
  return Math.abs(a.lon - b.lon) > farDeg || Math.abs(a.lat - b.lat) > farDeg;
}

function at(glide: Glide, nowMs: number): Place {
  const share =
    glide.durationMs === 0 ? 1 : Math.min(1, Math.max(0, (nowMs - glide.startMs) / glide.durationMs));
  return {
    lon: glide.from.lon + (glide.to.lon - glide.from.lon) * share,
    lat: glide.from.lat + (glide.to.lat - glide.from.lat) * share,
  };
}

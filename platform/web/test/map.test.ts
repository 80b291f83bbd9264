import { describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff";
import { Labels } from "../src/map/labels";
import { Motion } from "../src/map/motion";

describe("motion", () => {
  it("stands where it was first seen", () => {
    const motion = new Motion();
    motion.report("a", { lon: 1, lat: 2 }, 0);
    expect(motion.place("a", 5000)).toEqual({ lon: 1, lat: 2 });
    expect(motion.moving(0)).toBe(false);
    expect(motion.place("b", 0)).toBeNull();
  });
  it("glides to a new place and never beyond it", () => {
    const motion = new Motion();
    motion.report("a", { lon: 0, lat: 0 }, 0);
    motion.report("a", { lon: 0.001, lat: 0 }, 1000);
    expect(motion.moving(1500)).toBe(true);
    const half = motion.place("a", 1550);
    expect(half?.lon).toBeCloseTo(0.0005, 6);
    expect(motion.place("a", 9000)).toEqual({ lon: 0.001, lat: 0 });
    expect(motion.moving(9000)).toBe(false);
  });
  it("goes on from where it is drawn when a report comes early", () => {
    const motion = new Motion();
    motion.report("a", { lon: 0, lat: 0 }, 0);
    motion.report("a", { lon: 0.001, lat: 0 }, 1000);
    const before = motion.place("a", 1300);
    motion.report("a", { lon: 0.002, lat: 0 }, 1300);
    expect(motion.place("a", 1300)).toEqual(before);
  });
  it("jumps where the way is too long to be driven", () => {
    const motion = new Motion();
    motion.report("a", { lon: 0, lat: 0 }, 0);
    motion.report("a", { lon: 1, lat: 0 }, 1000);
    expect(motion.place("a", 1000)).toEqual({ lon: 1, lat: 0 });
  });
  it("forgets", () => {
    const motion = new Motion();
    motion.report("a", { lon: 0, lat: 0 }, 0);
    motion.forget(() => false);
    expect(motion.place("a", 0)).toBeNull();
  });
});

describe("labels", () => {
  it("never cover each other, whatever their size and place", () => {
    const labels = new Labels();
    const taken: { left: number; top: number; right: number; bottom: number }[] = [];
    let seed = 1;
    const random = (n: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    for (let i = 0; i < 500; i += 1) {
      const left = random(900) - 100;
      const top = random(700) - 100;
      const box = { left, top, right: left + 20 + random(100), bottom: top + 18 };
      const free = taken.every(
        (o) => box.left >= o.right || o.left >= box.right || box.top >= o.bottom || o.top >= box.bottom,
      );
      expect(labels.take(box)).toBe(free);
      if (free) taken.push(box);
    }
  });
});

it("comes back later each time, within bounds", () => {
  for (let tries = 0; tries < 40; tries += 1) {
    expect(backoffMs(tries, 0)).toBeGreaterThan(600);
    expect(backoffMs(tries, 0.999)).toBeLessThanOrEqual(15_000);
  }
  expect(backoffMs(3, 0.5)).toBeGreaterThan(backoffMs(0, 0.5));
});

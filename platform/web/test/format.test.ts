import { beforeEach, describe, expect, it } from "vitest";
import { ago, clock, detailWords, facts, moment, order, ruleName, trackKm } from "../src/format";
import { say, tables, useLanguage, type Key } from "../src/i18n";
import { doing, type Alarm, type TrackPoint, type Vehicle } from "../src/types";

const vehicle = (change: Partial<Vehicle> = {}): Vehicle => ({
  terminal_id: "M-001",
  vehicle_type: "muck",
  plate: "鄂G12345",
  online: true,
  last_seen: null,
  software: "0.1.0",
  position: null,
  state: { moving: true, cover: "open", hoist: "flat", load: "full", work: [], utc: null },
  open_alarms: 0,
  ...change,
});

beforeEach(() => useLanguage("zh"));

describe("words", () => {
  it("have the same places to fill in, in both languages", () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const key of Object.keys(tables.zh) as Key[]) {
      expect(places(tables.en[key]), key).toEqual(places(tables.zh[key]));
    }
  });
  it("are filled in", () => {
    expect(say("bar.vehicles", { online: 2, all: 3 })).toBe("在线 2 / 3 辆");
  });
  it("tell the facts of an alarm, and leave alone what they do not know", () => {
    expect(detailWords("cover=open load=full tilt=3")).toEqual(["厢盖 打开", "载重 满载", "tilt 3"]);
    expect(detailWords("work=washing_sweeping+flushing(ineffective) speed_kmh=19.2")).toEqual([
      "作业 洗扫 + 冲洗 (无效)",
      "速度（公里/时） 19.2",
    ]);
    expect(detailWords("main=4.9V lost")).toEqual(["主电源 4.9V", "断电"]);
    expect(detailWords("permit=permit-M-001")).toEqual(["核准证 permit-M-001"]);
    expect(detailWords("")).toEqual([]);
  });
  it("name a rule, or nothing where it has no name", () => {
    expect(ruleName({ rule: "MT-01" } as Alarm)).toBe("载货行驶未密闭");
    expect(ruleName({ rule: "XX-99" } as Alarm)).toBe("");
  });
});

describe("time", () => {
  const now = Date.parse("2026-11-21T08:00:00Z");
  it("is the viewer's", () => {
    expect(clock("2026-11-21T08:00:00.000Z", "Asia/Shanghai")).toBe("16:00:00");
  });
  it("has a date where it is another day's", () => {
    expect(moment("2026-11-21T07:00:00Z", now, "Asia/Shanghai")).toBe("15:00:00");
    expect(moment("2026-11-20T07:00:00Z", now, "Asia/Shanghai")).toMatch(/11.20.*15:00:00/);
    expect(moment(null, now)).toBe("时间未知");
  });
  it("passes in steps that do not flicker", () => {
    expect(ago("2026-11-21T07:59:55Z", now)).toBe("刚刚");
    expect(ago("2026-11-21T07:59:28Z", now)).toBe("30 秒前");
    expect(ago("2026-11-21T07:15:00Z", now)).toBe("45 分钟前");
    expect(ago("2026-11-19T08:00:00Z", now)).toBe("2 天前");
    expect(ago("2026-11-21T09:00:00Z", now)).toBe("刚刚"); // the vehicle's clock is ahead
  });
});

describe("a vehicle", () => {
  it("is offline before it is anything else", () => {
    expect(doing(vehicle())).toBe("moving");
    expect(doing(vehicle({ online: false }))).toBe("offline");
    expect(doing(vehicle({ state: null }))).toBe("stopped");
  });
  it("is marked where it is laden and not closed", () => {
    const grave = facts(vehicle()).filter((f) => f.grave).map((f) => f.text);
    expect(grave).toEqual(["厢盖打开"]);
  });
  it("has no cover to speak of unless it is a muck truck", () => {
    const state = { moving: true, cover: "invalid", hoist: "invalid", load: "invalid", work: ["sweeping"], utc: null };
    expect(facts(vehicle({ vehicle_type: "sweeper", state })).map((f) => f.text)).toEqual(["清扫中"]);
  });
  it("stands above others while it has an alarm", () => {
    const list = [
      vehicle({ terminal_id: "a", plate: "3", online: false }),
      vehicle({ terminal_id: "b", plate: "2" }),
      vehicle({ terminal_id: "c", plate: "1" }),
      vehicle({ terminal_id: "d", plate: "4", open_alarms: 1 }),
    ];
    expect(list.sort(order).map((v) => v.terminal_id)).toEqual(["d", "c", "b", "a"]);
  });
});

it("measures a track", () => {
  const at = (lon: number, lat: number): TrackPoint => [lon, lat, null, 0, 0, 0];
  expect(trackKm([at(0, 0), at(1, 0)])).toBeCloseTo(111.195, 2);
  expect(trackKm([])).toBe(0);
});

import { beforeEach, describe, expect, it } from "vitest";
import { useLanguage } from "../src/i18n";
import { asked, ofToday, tripWords } from "../src/trips";
import type { Place, Trip } from "../src/types";

const now = Date.parse("2026-11-21T08:00:00Z");
const zone = "Asia/Shanghai";
const at = (fence: string | null, utc: string | null): Place => ({ fence, utc, lat: 30.4, lon: 114.9 });
const trip = (change: Partial<Trip> = {}): Trip => ({
  trip: "1-1",
  state: "tipped",
  exceptions: [],
  permit: "HZ-1",
  loaded: at("site-3", "2026-11-21T06:00:00Z"),
  second_site: null,
  load_permille: 912,
  load_kg: 14_230,
  washed: "yes",
  driven_m: 12_340,
  on_route_share: 0.98,
  sealed_share: 1,
  partly_tipped: [],
  tipped: at("tip-1", "2026-11-21T06:40:00Z"),
  last_utc: "2026-11-21T06:40:00Z",
  seq: 7,
  ...change,
});

beforeEach(() => useLanguage("zh"));

describe("a trip", () => {
  it("that is complete says where, when, how much and how", () => {
    const words = tripWords(trip(), now, zone);
    expect(words.kind).toBe("complete");
    expect(words.state).toBe("已完成");
    expect(words.when).toBe("14:00:00 → 14:40:00");
    expect(words.route).toBe("site-3 → tip-1");
    expect(words.facts).toEqual([
      "14.2 吨 (装载 91 %)",
      "已冲洗",
      "密闭 100.0 %",
      "核准路线 98.0 %",
      "12.3 公里",
      "核准证 HZ-1",
    ]);
    expect(words.odd).toBe("");
  });
  it("says so in English", () => {
    useLanguage("en");
    const words = tripWords(trip({ washed: "no", load_permille: null, load_kg: null }), now, zone);
    expect(words.facts.slice(0, 2)).toEqual(["not weighed", "not washed"]);
    expect(words.state).toBe("Complete");
  });
  it("under way has no end yet", () => {
    const words = tripWords(trip({ state: "under_way", tipped: null, driven_m: 0, sealed_share: null }), now, zone);
    expect(words.kind).toBe("under_way");
    expect(words.when).toBe("14:00:00 起");
    expect(words.route).toBe("site-3");
    expect(words.facts.join()).not.toMatch(/密闭|路线/); // it has not driven: nothing is unknown
    expect(words.facts.at(-1)).toBe("最近报告 14:40:00");
  });
  it("names what is odd, and is not complete then", () => {
    const words = tripWords(
      trip({ permit: null, exceptions: ["no_permit", "tipped_elsewhere"], tipped: at(null, "2026-11-21T06:40:00Z") }),
      now,
      zone,
    );
    expect(words.kind).toBe("exception");
    expect(words.state).toBe("异常");
    expect(words.odd).toBe("无核准证 · 在非登记地点卸载");
    expect(words.route).toBe("site-3 → 非登记地点");
    expect(tripWords(trip({ state: "under_way", exceptions: ["no_permit"] }), now).state).toBe("异常 · 在途");
    expect(tripWords(trip({ exceptions: ["from_a_newer_platform"] }), now).odd).toContain("from_a_newer_platform");
  });
  it("says what nobody knows", () => {
    const words = tripWords(
      trip({
        loaded: at(null, null),
        washed: "not_known",
        sealed_share: null,
        on_route_share: null,
        load_kg: null,
        second_site: "site-4",
        partly_tipped: [at("tip-2", null)],
      }),
      now,
      zone,
    );
    expect(words.when).toBe("时间未知 → 14:40:00");
    expect(words.route).toBe("非登记地点、site-4 → tip-1");
    expect(words.facts).toEqual([
      "装载 91 %",
      "冲洗未知",
      "密闭未知",
      "未核定路线",
      "12.3 公里",
      "核准证 HZ-1",
      "部分卸于 tip-2",
    ]);
  });
});

it("of today is what was loaded, told of or still goes on today, the newest first", () => {
  const { from, to, midnightMs } = asked(now);
  expect(Date.parse(to) - Date.parse(from)).toBe(3 * 86_400_000);
  expect(new Date(midnightMs).getHours()).toBe(0);
  const hour = (h: number): string => new Date(midnightMs + h * 3_600_000).toISOString();
  const list = [
    trip({ trip: "yesterday", loaded: at("a", hour(-5)), last_utc: hour(-4) }),
    trip({ trip: "over midnight", loaded: at("a", hour(-1)), last_utc: hour(0.5) }),
    trip({ trip: "under way", state: "under_way", loaded: at("a", hour(-9)), last_utc: hour(-8) }),
    trip({ trip: "today", loaded: at("a", hour(3)), last_utc: hour(4) }),
    trip({ trip: "later", loaded: at("a", hour(5)), last_utc: hour(6) }),
  ];
  expect(ofToday(list, midnightMs).map((t) => t.trip)).toEqual(["later", "today", "over midnight", "under way"]);
});

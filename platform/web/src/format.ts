// Facts as words: pure, so that tests can hold them.
import { currentLanguage, say, sayOf, type Key } from "./i18n";
import type { Alarm, TrackPoint, Vehicle } from "./types";

const locales = { zh: "zh-CN", en: "en-GB" } as const;

function local(iso: string, options: Intl.DateTimeFormatOptions, timeZone?: string): string {
  const all: Intl.DateTimeFormatOptions = { ...options, hour12: false };
  if (timeZone !== undefined) all.timeZone = timeZone;
  return new Intl.DateTimeFormat(locales[currentLanguage()], all).format(new Date(iso));
}

/** "16:30:00" in the viewer's time zone. */
export function clock(iso: string | null, timeZone?: string): string {
  if (iso === null) return say("alarm.time_unknown");
  return local(iso, { hour: "2-digit", minute: "2-digit", second: "2-digit" }, timeZone);
}

/** The clock, with the date where it is not today's. */
export function moment(iso: string | null, nowMs: number, timeZone?: string): string {
  if (iso === null) return say("alarm.time_unknown");
  const day: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" };
  const today = local(new Date(nowMs).toISOString(), day, timeZone);
  const itsDay = local(iso, day, timeZone);
  if (itsDay === today) return clock(iso, timeZone);
  const short = local(iso, { month: "2-digit", day: "2-digit" }, timeZone);
  return `${short} ${clock(iso, timeZone)}`;
}

export function ago(iso: string | null, nowMs: number): string {
  if (iso === null) return say("ago.never");
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1000));
  if (seconds < 10) return say("ago.now");
  if (seconds < 60) return say("ago.seconds", { n: Math.floor(seconds / 10) * 10 });
  if (seconds < 3600) return say("ago.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return say("ago.hours", { n: Math.floor(seconds / 3600) });
  return say("ago.days", { n: Math.floor(seconds / 86_400) });
}

export function speed(kmh: number): string {
  return `${Math.round(kmh)} ${say("unit.kmh")}`;
}

const types = ["sweeper", "sprinkler", "garbage", "muck"] as const;
export type VehicleType = (typeof types)[number] | "other";
export const vehicleTypes: readonly VehicleType[] = [...types, "other"];

export function typeOf(vehicle: Vehicle): VehicleType {
  return types.find((t) => t === vehicle.vehicle_type) ?? "other";
}

export function typeName(type: VehicleType): string {
  return say(`type.${type}` as Key);
}

export interface Fact {
  text: string;
  grave: boolean; // something that a dispatcher should see
}

/** What the upper body does and carries, as far as it belongs to the vehicle's type. */
export function facts(vehicle: Vehicle): Fact[] {
  const state = vehicle.state;
  if (state === null) return [];
  if (typeOf(vehicle) === "muck") {
    const laden = ["half", "full", "over"].includes(state.load);
    const unsealed = state.cover !== "closed";
    return [
      { text: sayOf("load", state.load), grave: state.load === "over" || state.load === "fault" },
      { text: sayOf("cover", state.cover), grave: state.cover === "fault" || (laden && unsealed) },
      { text: sayOf("hoist", state.hoist), grave: state.hoist === "fault" || (state.hoist === "lifted" && state.moving) },
    ];
  }
  if (state.work.length === 0) return [{ text: say("work.none"), grave: false }];
  return state.work.map((work) => ({ text: sayOf("work", work), grave: false }));
}

/** "sweeping+flushing(ineffective)" in the viewer's words. */
function valueWords(value: string): string {
  return value
    .split("+")
    .map((part) => {
      const [, word, mark] = /^(\w+)\((\w+)\)$/.exec(part) ?? [part, part, undefined];
      const name = sayOf("fact", word ?? part);
      return mark === undefined ? name : `${name} (${sayOf("fact", mark)})`;
    })
    .join(" + ");
}

/** "cover=open load=full" in the viewer's words; a word that is not known stays as it is. */
export function detailWords(detail: string): string[] {
  return detail
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const equals = word.indexOf("=");
      if (equals < 0) return sayOf("fact", word);
      return `${sayOf("fact", word.slice(0, equals))} ${valueWords(word.slice(equals + 1))}`;
    });
}

export function ruleName(alarm: Alarm): string {
  const name = sayOf("rule", alarm.rule);
  return name === alarm.rule ? "" : name;
}

/** Driven along the points, in km. */
export function trackKm(points: TrackPoint[]): number {
  const toRad = Math.PI / 180;
  let m = 0;
  for (let i = 1; i < points.length; i += 1) {
    const [lonA, latA] = points[i - 1]!;
    const [lonB, latB] = points[i]!;
    const x = (lonB - lonA) * toRad * Math.cos(((latA + latB) / 2) * toRad);
    const y = (latB - latA) * toRad;
    m += Math.hypot(x, y) * 6_371_008.8;
  }
  return m / 1000;
}

/** Alarms first, then who is out, then who is not; by plate within. */
export function order(a: Vehicle, b: Vehicle): number {
  const group = (v: Vehicle): number => (v.open_alarms > 0 ? 0 : v.online ? 1 : 2);
  const byPlate = a.plate < b.plate ? -1 : a.plate > b.plate ? 1 : 0;
  return group(a) - group(b) || byPlate || (a.terminal_id < b.terminal_id ? -1 : 1);
}

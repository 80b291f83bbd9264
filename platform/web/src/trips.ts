// A trip as words: pure, so that tests can hold them. What is odd in it, its shares and its weight
// are the platform's (platform/report/manifests.h); here they only get a language.
import { moment } from "./format";
import { say, sayOf, type Key } from "./i18n";
import type { Place, Trip } from "./types";

export interface TripWords {
  kind: "under_way" | "complete" | "exception";
  state: string;
  when: string;
  route: string;
  facts: string[];
  odd: string; // empty: nothing
}

const dayMs = 86_400_000;

/** What to ask for: trips that were loaded yesterday may end today. */
export function asked(nowMs: number): { from: string; to: string; midnightMs: number } {
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  const midnightMs = midnight.getTime();
  const iso = (ms: number): string => new Date(ms).toISOString();
  return { from: iso(midnightMs - dayMs), to: iso(midnightMs + 2 * dayMs), midnightMs };
}

/** Of today: loaded or told of since midnight, or still under way. The newest first. */
export function ofToday(trips: Trip[], midnightMs: number): Trip[] {
  const since = (utc: string | null): boolean => utc !== null && Date.parse(utc) >= midnightMs;
  const wanted = trips.filter((t) => t.state === "under_way" || since(t.loaded.utc) || since(t.last_utc));
  const begun = (t: Trip): string => t.loaded.utc ?? t.last_utc ?? "";
  return wanted.sort((a, b) => begun(b).localeCompare(begun(a)) || b.seq - a.seq);
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

function shared(share: number | null, known: Key, unknown: Key): string {
  return share === null ? say(unknown) : say(known, { p: percent(share) });
}

function weight(trip: Trip): string {
  if (trip.load_permille === null) return say("trips.not_weighed");
  const part = say("trips.percent", { p: (trip.load_permille / 10).toFixed(0) });
  if (trip.load_kg === null) return part;
  return `${say("trips.tonnes", { t: (trip.load_kg / 1000).toFixed(1) })} (${part})`;
}

function place(at: Place): string {
  return at.fence ?? say("trips.no_site");
}

function kindOf(trip: Trip): TripWords["kind"] {
  if (trip.exceptions.length > 0 || trip.state === "returned") return "exception";
  return trip.state === "under_way" ? "under_way" : "complete";
}

function whenOf(trip: Trip, nowMs: number, timeZone?: string): string {
  const from = moment(trip.loaded.utc, nowMs, timeZone);
  if (trip.state === "under_way") return say("trips.since", { from });
  return say("trips.until", { from, to: moment(trip.last_utc, nowMs, timeZone) });
}

function routeOf(trip: Trip): string {
  const first = place(trip.loaded);
  const from = trip.second_site === null ? first : say("trips.two_sites", { first, second: trip.second_site });
  return trip.tipped === null || trip.exceptions.includes("tipped_unseen")
    ? from
    : say("trips.route", { from, to: place(trip.tipped) });
}

export function tripWords(trip: Trip, nowMs: number, timeZone?: string): TripWords {
  const kind = kindOf(trip);
  const words = [weight(trip), sayOf("washed", trip.washed)];
  if (trip.driven_m > 0) {
    words.push(
      shared(trip.sealed_share, "trips.sealed", "trips.sealed_unknown"),
      shared(trip.on_route_share, "trips.on_route", "trips.on_route_none"),
    );
  }
  words.push(say("trips.driven", { km: (trip.driven_m / 1000).toFixed(1) }));
  if (trip.permit !== null) words.push(say("trips.permit", { id: trip.permit }));
  words.push(...trip.partly_tipped.map((part) => say("trips.partly", { place: place(part) })));
  if (trip.state === "under_way") words.push(say("trips.last_told", { when: moment(trip.last_utc, nowMs, timeZone) }));
  const open = kind === "exception" && trip.state === "under_way" ? ` · ${say("trips.under_way")}` : "";
  return {
    kind,
    state: say(`trips.${kind}`) + open,
    when: whenOf(trip, nowMs, timeZone),
    route: routeOf(trip),
    facts: words,
    odd: trip.exceptions.map((word) => sayOf("odd", word)).join(" · "),
  };
}

// The platform's HTTP side. Every failure becomes an Error with words that can be shown.
import type { FeatureCollection } from "geojson";
import type { Alarm, Counter, Status, TrackPoint, Trip, Vehicle } from "./types";

const timeoutMs = 60_000;

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) {
    const said = (await answer.json().catch(() => null)) as { error?: string } | null;
    throw new Error(said?.error ?? `${path}: HTTP ${answer.status}`);
  }
  return (await answer.json()) as T;
}

const of = (id: string): string => `/api/vehicles/${encodeURIComponent(id)}`;

export const api = {
  vehicles: async (): Promise<Vehicle[]> =>
    (await get<{ vehicles: Vehicle[] }>("/api/vehicles")).vehicles,
  alarms: async (open: boolean, limit: number): Promise<Alarm[]> =>
    (await get<{ alarms: Alarm[] }>(`/api/alarms?open=${open ? 1 : 0}&limit=${limit}`)).alarms,
  track: async (id: string, minutes: number): Promise<TrackPoint[]> =>
    (await get<{ points: TrackPoint[] }>(`${of(id)}/track?minutes=${minutes}`)).points,
  health: async (id: string): Promise<Counter[]> =>
    (await get<{ counters: Counter[] }>(`${of(id)}/health`)).counters,
  trips: async (id: string, from: string, to: string): Promise<Trip[]> =>
    (await get<{ trips: Trip[] }>(`/api/trips?vehicle=${encodeURIComponent(id)}&from=${from}&to=${to}`)).trips,
  basemap: (): Promise<FeatureCollection> => get<FeatureCollection>("/api/basemap"),
  status: (): Promise<Status> => get<Status>("/api/status"),
};

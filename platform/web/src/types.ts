// What the platform says (platform/dispatch/API.md). Times are ISO 8601 UTC.

export interface Position {
  lat: number;
  lon: number;
  speed_kmh: number;
  course_deg: number;
  accuracy_m: number | null;
  utc: string | null;
  source: string;
}

export interface VehicleState {
  moving: boolean;
  cover: string;
  hoist: string;
  load: string;
  work: string[];
  utc: string | null;
}

export interface Vehicle {
  terminal_id: string;
  vehicle_type: string;
  plate: string;
  online: boolean;
  last_seen: string | null;
  software: string;
  position: Position | null;
  state: VehicleState | null;
  open_alarms: number;
}

export interface Alarm {
  terminal_id: string;
  plate: string;
  rule: string;
  state: string;
  raised: string | null;
  cleared: string | null;
  lat: number | null;
  lon: number | null;
  speed_kmh: number;
  detail: string;
  rule_set: string;
  late: boolean;
  epoch: string;
  seq: number;
}

/** [lon, lat, utc, speed_kmh, course_deg, seq] */
export type TrackPoint = [number, number, string | null, number, number, number];

export interface Counter {
  id: number;
  name: string | null;
  unit: string;
  value: number;
}

export interface Place {
  fence: string | null;
  utc: string | null;
  lat: number | null;
  lon: number | null;
}

/** An electronic manifest (电子联单), as far as the page tells it. */
export interface Trip {
  trip: string;
  state: string;
  exceptions: string[];
  permit: string | null;
  loaded: Place;
  second_site: string | null;
  load_permille: number | null;
  load_kg: number | null;
  washed: string;
  driven_m: number;
  on_route_share: number | null;
  sealed_share: number | null;
  partly_tipped: Place[];
  tipped: Place | null;
  last_utc: string | null;
  seq: number;
}

export interface Status {
  software: string;
  vehicles: number;
  vehicles_online: number;
  records: number;
  records_per_s: number;
  uptime_s: number;
}

export type Message =
  | { type: "hello"; server_time: string }
  | { type: "vehicle"; vehicle: Vehicle }
  | { type: "alarm"; alarm: Alarm };

/** What a vehicle is doing, as the page shows it. */
export type Doing = "moving" | "stopped" | "offline";

export function doing(vehicle: Vehicle): Doing {
  if (!vehicle.online) return "offline";
  const moving = vehicle.state ? vehicle.state.moving : (vehicle.position?.speed_kmh ?? 0) > 3;
  return moving ? "moving" : "stopped";
}

export function alarmKey(alarm: Alarm): string {
  return `${alarm.terminal_id}/${alarm.epoch}/${alarm.seq}`;
}

export function isOpen(alarm: Alarm): boolean {
  return alarm.state === "raised";
}

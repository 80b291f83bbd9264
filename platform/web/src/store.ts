// What the page knows, and who wants to hear of changes. Changes are gathered and told once a
// frame, so that a burst of messages costs one redraw.
import type { Line } from "./socket";
import { alarmKey, isOpen, type Alarm, type Vehicle } from "./types";

export type Topic = "vehicles" | "alarms" | "selection" | "line" | "language";

const closedKept = 200;

export class Store {
  readonly vehicles = new Map<string, Vehicle>();
  readonly alarms = new Map<string, Alarm>();
  line: Line = "connecting";
  selected: string | null = null;
  selectedAlarm: string | null = null;

  private readonly listeners: { topics: Topic[]; call: () => void }[] = [];
  private readonly changed = new Set<Topic>();
  private scheduled = false;

  on(topics: Topic[], call: () => void): void {
    this.listeners.push({ topics, call });
  }

  touch(topic: Topic): void {
    this.changed.add(topic);
    if (this.scheduled) return;
    this.scheduled = true;
    // Not requestAnimationFrame: a page in a hidden tab must not gather for ever.
    setTimeout(() => this.tell(), 50);
  }

  replaceAll(vehicles: Vehicle[], alarms: Alarm[]): void {
    this.vehicles.clear();
    this.alarms.clear();
    for (const vehicle of vehicles) this.vehicles.set(vehicle.terminal_id, vehicle);
    for (const alarm of alarms) this.alarms.set(alarmKey(alarm), alarm);
    if (this.selected !== null && !this.vehicles.has(this.selected)) this.select(null);
    this.touch("vehicles");
    this.touch("alarms");
  }

  putVehicle(vehicle: Vehicle): void {
    this.vehicles.set(vehicle.terminal_id, vehicle);
    this.touch("vehicles");
  }

  putAlarm(alarm: Alarm): void {
    this.alarms.set(alarmKey(alarm), alarm);
    const closed = [...this.alarms.values()].filter((a) => !isOpen(a));
    if (closed.length > closedKept) {
      closed.sort(newestFirst);
      for (const old of closed.slice(closedKept)) this.alarms.delete(alarmKey(old));
    }
    this.touch("alarms");
  }

  select(terminalId: string | null, alarm: string | null = null): void {
    this.selected = terminalId;
    this.selectedAlarm = alarm;
    this.touch("selection");
  }

  setLine(line: Line): void {
    if (line === this.line) return;
    this.line = line;
    this.touch("line");
  }

  /** Open ones first, each group newest first. */
  sortedAlarms(): Alarm[] {
    return [...this.alarms.values()].sort(
      (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || newestFirst(a, b),
    );
  }

  openAlarms(): number {
    let open = 0;
    for (const alarm of this.alarms.values()) open += isOpen(alarm) ? 1 : 0;
    return open;
  }

  private tell(): void {
    this.scheduled = false;
    const topics = new Set(this.changed);
    this.changed.clear();
    for (const { topics: wanted, call } of this.listeners) {
      if (wanted.some((topic) => topics.has(topic))) call();
    }
  }
}

export function newestFirst(a: Alarm, b: Alarm): number {
  return (b.raised ?? "").localeCompare(a.raised ?? "") || b.seq - a.seq;
}

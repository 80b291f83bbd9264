// The chosen vehicle: what is known of it, its track of the last hour, its trips of today, its terminal's health.
import { api } from "../api";
import { el, setText } from "../dom";
import { ago, facts, moment, speed, trackKm, typeName, typeOf } from "../format";
import { healthName, say, sayOf } from "../i18n";
import type { Store } from "../store";
import { TripList } from "./trips";
import { doing, type Counter, type TrackPoint, type Vehicle } from "../types";

const healthPeriodMs = 10_000;
const trackMs = 3_600_000;

type Fact = [name: string, value: string];

export class Details {
  private shown: string | null = null;
  private points: TrackPoint[] | null = null;
  private counters: Counter[] | null = null;
  private trouble = "";
  private readonly title = el("h2", {});
  private readonly close = el("button", { type: "button", class: "close" }, "×");
  private readonly facts = el("dl", {});
  private readonly track = el("p", { class: "quiet", id: "track-facts" });
  private readonly trips = new TripList();
  private readonly healthTitle = el("summary", {});
  private readonly health = el("dl", { class: "health", id: "health" });

  constructor(
    private readonly root: HTMLElement,
    private readonly store: Store,
    private readonly drawTrack: (points: TrackPoint[]) => void,
  ) {
    this.close.addEventListener("click", () => store.select(null));
    const counters = el("details", {}, this.healthTitle, this.health);
    root.append(el("div", { class: "head" }, this.title, this.close), this.facts, this.track, this.trips.root, counters);
    store.on(["selection"], () => this.choose());
    store.on(["vehicles", "language"], () => this.update());
    setInterval(() => void this.loadHealth(), healthPeriodMs);
  }

  private choose(): void {
    const id = this.store.selected;
    if (id === this.shown) return;
    this.shown = id;
    this.points = null;
    this.counters = null;
    this.trouble = "";
    this.drawTrack([]);
    this.update();
    if (id === null) return;
    void this.loadTrack(id);
    void this.loadHealth();
  }

  private async loadTrack(id: string): Promise<void> {
    try {
      const points = await api.track(id, 60);
      if (id !== this.shown) return;
      this.points = points;
      this.drawTrack(points);
    } catch (error) {
      if (id === this.shown) this.trouble = say("line.failed", { why: (error as Error).message });
    }
    this.update();
  }

  private async loadHealth(): Promise<void> {
    const id = this.shown;
    if (id === null) return;
    try {
      const counters = await api.health(id);
      if (id === this.shown) this.counters = counters;
    } catch {
      return; // the bar tells of a platform that is away; the next turn asks again
    }
    this.update();
  }

  /** The track grows with the vehicle. */
  private extend(vehicle: Vehicle): void {
    const at = vehicle.position;
    const last = this.points?.at(-1);
    if (this.points === null || at === null || at.utc === null) return;
    if (last !== undefined && last[2] !== null && last[2] >= at.utc) return;
    const fromMs = Date.parse(at.utc) - trackMs;
    const young = (p: TrackPoint): boolean => p[2] === null || Date.parse(p[2]) >= fromMs;
    const first = this.points.findIndex(young);
    if (first > 0) this.points.splice(0, first);
    this.points.push([at.lon, at.lat, at.utc, at.speed_kmh, at.course_deg, 0]);
    this.drawTrack(this.points);
  }

  private update(): void {
    const vehicle = this.shown === null ? undefined : this.store.vehicles.get(this.shown);
    this.root.hidden = vehicle === undefined;
    this.trips.choose(vehicle !== undefined && typeOf(vehicle) === "muck" ? vehicle.terminal_id : null);
    if (vehicle === undefined) return;
    this.extend(vehicle);
    setText(this.title, `${vehicle.plate || vehicle.terminal_id} · ${typeName(typeOf(vehicle))}`);
    this.close.setAttribute("aria-label", say("details.close"));
    fill(this.facts, factsOf(vehicle));
    setText(this.track, this.trackWords());
    setText(this.healthTitle, say("details.health"));
    fill(this.health, this.healthRows());
    this.trips.update();
  }

  private healthRows(): Fact[] {
    if (this.counters === null) return [[say("details.loading"), ""]];
    if (this.counters.length === 0) return [[say("details.health_none"), ""]];
    return this.counters.map((c) => [healthName(c.name, c.id), `${c.value} ${c.unit}`.trim()]);
  }

  private trackWords(): string {
    if (this.trouble !== "") return this.trouble;
    if (this.points === null) return say("details.loading");
    const n = this.points.length;
    if (n === 0) return say("details.track_none");
    return say("details.track_facts", { km: trackKm(this.points).toFixed(1), n });
  }
}

function factsOf(vehicle: Vehicle): Fact[] {
  const nowMs = Date.now();
  const at = vehicle.position;
  const what = [say(`doing.${doing(vehicle)}`), ...facts(vehicle).map((f) => f.text)];
  const out: Fact[] = [[say("details.state"), what.join(" · ")]];
  if (at !== null) {
    const accuracy = at.accuracy_m === null ? "" : ` · ±${at.accuracy_m.toFixed(0)} ${say("unit.m")}`;
    out.push(
      [say("details.speed"), speed(at.speed_kmh)],
      [say("details.fix_time"), moment(at.utc, nowMs)],
      [say("details.accuracy"), sayOf("source", at.source) + accuracy],
      [say("details.place"), `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`],
    );
  }
  out.push(
    [say("details.last_seen"), ago(vehicle.last_seen, nowMs)],
    [say("details.terminal"), vehicle.terminal_id],
    [say("details.software"), vehicle.software],
  );
  return out;
}

/** Fills a description list, touching only what differs. */
function fill(list: HTMLElement, wanted: Fact[]): void {
  while (list.children.length > wanted.length * 2) list.lastElementChild?.remove();
  while (list.children.length < wanted.length * 2) list.append(el("dt", {}), el("dd", {}));
  wanted.forEach(([name, value], i) => {
    setText(list.children[i * 2] as HTMLElement, name);
    setText(list.children[i * 2 + 1] as HTMLElement, value);
  });
}

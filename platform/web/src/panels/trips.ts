// The chosen muck truck's trips of today: its electronic manifests.
import { api } from "../api";
import { arrange, el, setClass, setText } from "../dom";
import { say } from "../i18n";
import { asked, ofToday, tripWords, type TripWords } from "../trips";
import type { Trip } from "../types";

const periodMs = 60_000;

interface Shown {
  root: HTMLLIElement;
  words: string;
}

export class TripList {
  readonly root = el("details", { id: "trips", hidden: true });
  private readonly title = el("summary", {});
  private readonly note = el("p", { class: "quiet" });
  private readonly list = el("ol", {});
  private readonly rows = new Map<string, Shown>();
  private vehicle: string | null = null;
  private trips: Trip[] | null = null;
  private trouble = "";

  constructor() {
    this.root.open = true;
    this.root.append(this.title, this.note, this.list);
    setInterval(() => {
      if (!document.hidden) void this.load();
    }, periodMs);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.load();
    });
  }

  /** null: no vehicle, or one that hauls nothing. */
  choose(vehicle: string | null): void {
    if (vehicle === this.vehicle) return;
    this.vehicle = vehicle;
    this.trips = null;
    this.trouble = "";
    this.update();
    void this.load();
  }

  private async load(): Promise<void> {
    const id = this.vehicle;
    if (id === null) return;
    const { from, to, midnightMs } = asked(Date.now());
    try {
      const trips = await api.trips(id, from, to);
      if (id !== this.vehicle) return;
      this.trips = ofToday(trips, midnightMs);
      this.trouble = "";
    } catch (error) {
      if (id === this.vehicle) this.trouble = say("line.failed", { why: (error as Error).message });
    }
    this.update();
  }

  update(): void {
    this.root.hidden = this.vehicle === null;
    setText(this.title, say("trips.title", { n: this.trips?.length ?? "…" }));
    setText(this.note, this.noteWords());
    this.note.hidden = this.note.textContent === "";
    const trips = this.trips ?? [];
    arrange(this.list, trips.map((trip) => this.rowOf(trip)));
    const there = new Set(trips.map((trip) => trip.trip));
    for (const key of this.rows.keys()) if (!there.has(key)) this.rows.delete(key);
  }

  private noteWords(): string {
    if (this.trouble !== "") return this.trouble;
    if (this.trips === null) return say("trips.loading");
    return this.trips.length === 0 ? say("trips.none") : "";
  }

  private rowOf(trip: Trip): HTMLLIElement {
    let row = this.rows.get(trip.trip);
    if (row === undefined) {
      row = { root: el("li", {}), words: "" };
      this.rows.set(trip.trip, row);
    }
    const words = tripWords(trip, Date.now());
    const shown = JSON.stringify(words);
    if (shown !== row.words) {
      row.words = shown;
      fill(row.root, words);
    }
    return row.root;
  }
}

function fill(root: HTMLLIElement, words: TripWords): void {
  setClass(root, `trip ${words.kind}`);
  root.replaceChildren(
    el("span", { class: "when" }, words.when),
    el("span", { class: "trip-state" }, words.state),
    el("span", { class: "route" }, words.route),
    el("span", { class: "trip-facts" }, ...words.facts.map((fact) => el("span", {}, fact))),
  );
  if (words.odd !== "") root.append(el("span", { class: "odd" }, words.odd));
}

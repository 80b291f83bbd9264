// The list of vehicles. A row keeps its place while its vehicle drives; it moves only when the
// vehicle gets an alarm, or comes or goes.
import { arrange, el, setClass, setText } from "../dom";
import { ago, facts, order, speed, typeName, typeOf, vehicleTypes, type VehicleType } from "../format";
import { say } from "../i18n";
import type { Store } from "../store";
import { glyph } from "../symbols";
import { doing, type Vehicle } from "../types";

const agePeriodMs = 10_000; // "5 minutes ago" grows older

interface Row {
  root: HTMLButtonElement;
  icon: HTMLElement;
  plate: HTMLElement;
  badge: HTMLElement;
  state: HTMLElement;
  speed: HTMLElement;
  facts: HTMLElement;
  type: VehicleType | null;
  factsShown: string;
}

export class VehicleList {
  private readonly rows = new Map<string, Row>();
  private readonly heading = el("h2", {});
  private readonly search = el("input", { type: "search" });
  private readonly kinds = el("div", { class: "kinds", role: "group" });
  private readonly none = el("p", { class: "none" });
  private readonly list = el("div", { class: "rows", id: "vehicle-rows" });
  private readonly kindButtons = new Map<VehicleType | "all", HTMLButtonElement>();
  private kind: VehicleType | "all" = "all";

  constructor(
    root: HTMLElement,
    private readonly store: Store,
    private readonly show: (vehicle: Vehicle) => void,
  ) {
    for (const kind of ["all", ...vehicleTypes] as const) {
      const button = el("button", { type: "button", click: () => this.choose(kind) });
      this.kindButtons.set(kind, button);
      this.kinds.append(button);
    }
    this.search.addEventListener("input", () => this.update());
    root.append(this.heading, this.search, this.kinds, this.none, this.list);
    store.on(["vehicles", "selection", "language"], () => this.update());
    setInterval(() => this.update(), agePeriodMs);
    this.update();
  }

  private choose(kind: VehicleType | "all"): void {
    this.kind = kind;
    this.update();
  }

  private update(): void {
    setText(this.heading, say("vehicles.title"));
    this.search.placeholder = say("vehicles.filter");
    this.search.setAttribute("aria-label", say("vehicles.filter"));
    this.showKinds();
    const nowMs = Date.now();
    const wanted = [...this.store.vehicles.values()].filter((v) => this.matches(v)).sort(order);
    const roots = wanted.map((vehicle) => {
      const row = this.row(vehicle.terminal_id);
      this.fill(row, vehicle, nowMs);
      return row.root;
    });
    arrange(this.list, roots);
    for (const id of [...this.rows.keys()]) if (!this.store.vehicles.has(id)) this.rows.delete(id);
    this.none.hidden = wanted.length > 0;
    setText(this.none, say(this.store.vehicles.size === 0 ? "vehicles.none" : "vehicles.no_match"));
  }

  private showKinds(): void {
    const present = new Set([...this.store.vehicles.values()].map(typeOf));
    for (const [kind, button] of this.kindButtons) {
      setText(button, kind === "all" ? say("type.all") : typeName(kind));
      button.hidden = kind !== "all" && !present.has(kind);
      button.setAttribute("aria-pressed", String(kind === this.kind));
    }
  }

  private matches(vehicle: Vehicle): boolean {
    if (this.kind !== "all" && typeOf(vehicle) !== this.kind) return false;
    const text = this.search.value.trim().toLowerCase();
    return `${vehicle.plate} ${vehicle.terminal_id}`.toLowerCase().includes(text);
  }

  private row(id: string): Row {
    const known = this.rows.get(id);
    if (known !== undefined) return known;
    const part = (name: string): HTMLElement => el("span", { class: name });
    const click = (): void => {
      const vehicle = this.store.vehicles.get(id);
      if (vehicle !== undefined) this.show(vehicle);
    };
    const row: Row = {
      root: el("button", { type: "button", class: "row", click }),
      icon: part("icon"),
      plate: part("plate"),
      badge: part("badge"),
      state: part("state"),
      speed: part("speed"),
      facts: part("facts"),
      type: null,
      factsShown: "",
    };
    row.root.dataset["id"] = id;
    row.root.append(row.icon, row.plate, row.badge, row.speed, row.facts, row.state);
    this.rows.set(id, row);
    return row;
  }

  private fill(row: Row, vehicle: Vehicle, nowMs: number): void {
    const type = typeOf(vehicle);
    const now = doing(vehicle);
    if (row.type !== type) {
      row.icon.replaceChildren(glyph(type));
      row.type = type;
    }
    setClass(row.icon, `icon ${now}`);
    setText(row.plate, vehicle.plate || vehicle.terminal_id);
    row.badge.hidden = vehicle.open_alarms === 0;
    setText(row.badge, `! ${vehicle.open_alarms}`);
    setText(row.state, say(`doing.${now}`));
    setClass(row.state, `state ${now}`);
    setText(row.speed, speedOrAge(vehicle, nowMs));
    this.fillFacts(row, vehicle);
    const selected = vehicle.terminal_id === this.store.selected;
    setClass(row.root, `row ${now}${selected ? " selected" : ""}`);
    row.root.setAttribute("aria-current", String(selected));
  }

  private fillFacts(row: Row, vehicle: Vehicle): void {
    const name = typeName(typeOf(vehicle));
    const known = facts(vehicle);
    const parts = known.length > 0 ? known : [{ text: name, grave: false }];
    const shown = `${name} ${JSON.stringify(parts)}`;
    if (shown === row.factsShown) return;
    row.factsShown = shown;
    const words = parts.map((f) => (f.grave ? el("em", {}, f.text) : f.text));
    row.facts.replaceChildren(...words.flatMap((word, i) => (i === 0 ? [word] : [" · ", word])));
    row.facts.title = row.facts.textContent ?? "";
    row.icon.setAttribute("role", "img");
    row.icon.setAttribute("aria-label", name);
    row.icon.title = name;
  }
}

function speedOrAge(vehicle: Vehicle, nowMs: number): string {
  const now = doing(vehicle);
  if (now === "offline") return ago(vehicle.last_seen, nowMs);
  return now === "moving" ? speed(vehicle.position?.speed_kmh ?? 0) : "";
}

// The page put together, top to bottom.
import type { FeatureCollection } from "geojson";
import { api } from "./api";
import { byId, el, setText } from "./dom";
import { rememberedLanguage, say, useLanguage } from "./i18n";
import type { MapView } from "./map/view";
import { AlarmList } from "./panels/alarms";
import { mountBar } from "./panels/bar";
import { Details } from "./panels/details";
import { VehicleList } from "./panels/vehicles";
import { openSocket } from "./socket";
import { Store } from "./store";
import { isOpen, type Alarm, type Vehicle } from "./types";
import "./style.css";

const store = new Store();
let map: MapView | null = null;

function showVehicle(vehicle: Vehicle): void {
  store.select(vehicle.terminal_id);
  if (map !== null) map.fleet.pin = null;
  if (vehicle.position !== null) map?.flyTo(vehicle.position.lon, vehicle.position.lat);
}

function showAlarm(alarm: Alarm): void {
  store.select(alarm.terminal_id, `${alarm.terminal_id}/${alarm.epoch}/${alarm.seq}`);
  if (alarm.lon === null || alarm.lat === null || map === null) return;
  map.fleet.pin = { lon: alarm.lon, lat: alarm.lat };
  map.flyTo(alarm.lon, alarm.lat);
}

/** Everything anew: at the start, and after each time that the line was lost. */
async function loadAll(): Promise<void> {
  const [vehicles, open, newest] = await Promise.all([api.vehicles(), api.alarms(true, 1000), api.alarms(false, 200)]);
  store.replaceAll(vehicles, [...newest, ...open.filter(isOpen)]);
  map?.fitFleet(false);
}

async function loadAgain(): Promise<void> {
  try {
    await loadAll();
  } catch {
    setTimeout(() => void loadAgain(), 3000);
  }
}

function mapNotice(text: () => string): void {
  const notice = el("p", { class: "map-notice", role: "note" });
  const show = (): void => setText(notice, text());
  show();
  store.on(["language"], show);
  byId("map-room").append(notice);
}

async function openMap(): Promise<void> {
  const room = byId("map-room");
  const module = await import("./map/view");
  if (!module.hasWebGl()) {
    room.classList.add("no-map");
    mapNotice(() => say("map.no_webgl"));
    return;
  }
  const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };
  const basemap = await api.basemap().catch(() => nothing);
  const view = new module.MapView(byId("map"), basemap, store);
  map = view;
  let buttons = view.buttons();
  room.append(buttons);
  if (!view.hasStreets()) mapNotice(() => say("map.no_streets"));
  store.on(["vehicles"], () => {
    view.fleet.update();
    view.fitFleet(false);
  });
  store.on(["selection", "language"], () => view.fleet.redraw());
  store.on(["language"], () => {
    const next = view.buttons();
    buttons.replaceWith(next);
    buttons = next;
  });
  view.fleet.update();
  view.fitFleet(false);
}

useLanguage(rememberedLanguage());
mountBar(byId("bar"), store);
new VehicleList(byId("vehicles"), store, showVehicle);
new AlarmList(byId("alarms"), store, showAlarm);
new Details(byId("details"), store, (points) => map?.showTrack(points));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") store.select(null);
});
openSocket({
  line: (line) => store.setLine(line),
  message: (message) => {
    if (message.type === "hello") void loadAgain();
    else if (message.type === "vehicle") store.putVehicle(message.vehicle);
    else if (message.type === "alarm") store.putAlarm(message.alarm);
  },
});
void openMap();

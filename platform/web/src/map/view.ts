// The map itself. Where it cannot be drawn (no WebGL) open() says so, and the page lives without.
import { LngLatBounds, Map as MapLibreMap, ScaleControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection, Position as LonLat } from "geojson";
import { el, svg } from "../dom";
import { say } from "../i18n";
import type { Store } from "../store";
import type { TrackPoint } from "../types";
import { Fleet } from "./fleet";
import { localFonts, mapStyle } from "./style";

const gapMs = 120_000; // a longer silence is not bridged by a line

export function hasWebGl(): boolean {
  try {
    const canvas = document.createElement("canvas");
    return canvas.getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export class MapView {
  private readonly map: MapLibreMap;
  readonly fleet: Fleet;
  private readonly streets: FeatureCollection;
  private fitted = false;

  constructor(container: HTMLElement, basemap: FeatureCollection, private readonly store: Store) {
    setWorkerUrl(new URL(workerUrl, location.href).href);
    this.streets = basemap;
    const bounds = boundsOf(basemap);
    this.map = new MapLibreMap({
      container,
      style: mapStyle(basemap),
      ...(bounds === null ? { center: [104, 35] as [number, number], zoom: 4 } : { bounds, fitBoundsOptions: { padding: 30 } }),
      localIdeographFontFamily: localFonts,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    this.fleet = new Fleet(this.map, store);
    this.map.on("click", (event) => {
      const id = this.fleet.hit(event.point.x, event.point.y);
      if (id !== null) store.select(id);
    });
    this.map.on("mousemove", (event) => {
      const over = this.fleet.hit(event.point.x, event.point.y) !== null;
      this.map.getCanvas().style.cursor = over ? "pointer" : "";
    });
    this.map.once("load", () => container.setAttribute("data-ready", "yes"));
  }

  buttons(): HTMLElement {
    const button = (icon: string, label: string, click: () => void): HTMLButtonElement =>
      el("button", { type: "button", label, title: label, click }, svg(16, [{ d: icon }]));
    const corners = "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M8 7v2";
    const fit = button(corners, say("map.fit"), () => this.fitFleet(true));
    fit.id = "fit";
    return el(
      "div",
      { class: "map-buttons" },
      button("M8 3v10M3 8h10", say("map.zoom_in"), () => this.map.zoomIn()),
      button("M3 8h10", say("map.zoom_out"), () => this.map.zoomOut()),
      fit,
    );
  }

  /** Once at the start, and when asked: all vehicles that have a place. */
  fitFleet(again: boolean): void {
    if (this.fitted && !again) return;
    const bounds = new LngLatBounds();
    for (const { position } of this.store.vehicles.values()) {
      if (position !== null) bounds.extend([position.lon, position.lat]);
    }
    if (bounds.isEmpty()) return;
    this.fitted = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(bounds, { padding: 90, maxZoom: 15.5, animate: again && !still });
  }

  flyTo(lon: number, lat: number): void {
    const zoom = Math.max(this.map.getZoom(), 15);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.easeTo({ center: [lon, lat], zoom, duration: still ? 0 : 600 });
  }

  showTrack(points: TrackPoint[]): void {
    const lines: LonLat[][] = [];
    let line: LonLat[] = [];
    let before: number | null = null;
    for (const [lon, lat, utc] of points) {
      const now = utc === null ? null : Date.parse(utc);
      if (before !== null && now !== null && now - before > gapMs && line.length > 0) {
        lines.push(line);
        line = [];
      }
      line.push([lon, lat]);
      before = now;
    }
    if (line.length > 1) lines.push(line);
    const source = this.map.getSource<GeoJSONSource>("track");
    const data: FeatureCollection = {
      type: "FeatureCollection",
      features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines.filter((l) => l.length > 1) } }],
    };
    if (source === undefined) this.map.once("load", () => this.showTrack(points));
    else source.setData(data);
  }

  hasStreets(): boolean {
    return this.streets.features.length > 0;
  }
}

function boundsOf(map: FeatureCollection): LngLatBounds | null {
  const bounds = new LngLatBounds();
  const walk = (at: unknown): void => {
    if (!Array.isArray(at)) return;
    if (typeof at[0] === "number" && typeof at[1] === "number") bounds.extend([at[0], at[1]]);
    else at.forEach(walk);
  };
  for (const feature of map.features) if ("coordinates" in feature.geometry) walk(feature.geometry.coordinates);
  return bounds.isEmpty() ? null : bounds;
}

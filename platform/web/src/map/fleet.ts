// The vehicles, drawn on a canvas over the map: gliding, with their heading, plate and alarms.
// A canvas of our own, because symbols of the map itself would be laid out anew with every report.
import type { Map as MapLibreMap } from "maplibre-gl";
import { typeOf } from "../format";
import type { Store } from "../store";
import { colours, sprite, spritePx } from "../symbols";
import { doing, type Vehicle } from "../types";
import { Labels } from "./labels";
import { Motion } from "./motion";

interface Drawn {
  vehicle: Vehicle;
  x: number;
  y: number;
}

const labelFont = '600 12px "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const hitPx = 20;
const frameMs = 33; // thirty frames a second are enough for streets, and spare the machine

export class Fleet {
  private readonly canvas = document.createElement("canvas");
  private readonly draw: CanvasRenderingContext2D | null;
  private readonly motion = new Motion();
  private readonly widths = new Map<string, number>();
  private drawn: Drawn[] = [];
  private lastFrame = 0;
  private waiting = false;
  private dirty = true;
  pin: { lon: number; lat: number } | null = null;

  constructor(
    private readonly map: MapLibreMap,
    private readonly store: Store,
  ) {
    this.canvas.className = "fleet";
    this.draw = this.canvas.getContext("2d");
    map.getCanvasContainer().append(this.canvas);
    map.on("move", () => this.paint(performance.now()));
    map.on("resize", () => this.redraw());
    document.addEventListener("visibilitychange", () => this.redraw());
  }

  /** Takes over the newest positions. */
  update(): void {
    const now = performance.now();
    for (const { terminal_id, position } of this.store.vehicles.values()) {
      if (position !== null) this.motion.report(terminal_id, position, now);
    }
    this.motion.forget((id) => this.store.vehicles.has(id));
    this.redraw();
  }

  redraw(): void {
    this.dirty = true;
    this.schedule();
  }

  /** The vehicle at this point of the map, in CSS pixels. */
  hit(x: number, y: number): string | null {
    let best: { id: string; d: number } | null = null;
    for (const { vehicle, x: vx, y: vy } of this.drawn) {
      const d = Math.hypot(vx - x, vy - y);
      if (d < hitPx && (best === null || d < best.d)) best = { id: vehicle.terminal_id, d };
    }
    return best === null ? null : best.id;
  }

  private schedule(): void {
    if (this.waiting || document.hidden) return;
    this.waiting = true;
    requestAnimationFrame((now) => {
      this.waiting = false;
      const gliding = this.motion.moving(now);
      if (now - this.lastFrame >= frameMs - 4 && (this.dirty || gliding)) this.paint(now);
      if (this.dirty || gliding) this.schedule();
    });
  }

  private paint(now: number): void {
    const draw = this.draw;
    if (draw === null) return;
    this.lastFrame = now;
    this.dirty = this.motion.moving(now);
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    draw.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw.clearRect(0, 0, width, height);
    this.drawn = this.visible(now, width, height);
    if (this.pin !== null) this.paintPin(draw);
    for (const item of this.drawn) this.paintVehicle(draw, item, ratio);
    this.paintLabels(draw);
    if (this.dirty) this.schedule();
  }

  /** Those in view; the important ones last, so that they lie on top. */
  private visible(now: number, width: number, height: number): Drawn[] {
    const out: Drawn[] = [];
    for (const vehicle of this.store.vehicles.values()) {
      const place = this.motion.place(vehicle.terminal_id, now);
      if (place === null) continue;
      const { x, y } = this.map.project([place.lon, place.lat]);
      if (x > -40 && y > -40 && x < width + 40 && y < height + 40) out.push({ vehicle, x, y });
    }
    return out.sort((a, b) => this.rank(a.vehicle) - this.rank(b.vehicle));
  }

  private rank(vehicle: Vehicle): number {
    if (vehicle.terminal_id === this.store.selected) return 3;
    if (vehicle.open_alarms > 0) return 2;
    return vehicle.online ? 1 : 0;
  }

  private paintVehicle(draw: CanvasRenderingContext2D, item: Drawn, ratio: number): void {
    const { vehicle, x, y } = item;
    const now = doing(vehicle);
    if (vehicle.terminal_id === this.store.selected) ring(draw, x, y, 20, "#f2f5f7", 2);
    if (vehicle.open_alarms > 0) ring(draw, x, y, 17, colours.alarm, 3);
    if (now === "moving") arrow(draw, x, y, vehicle.position?.course_deg ?? 0, vehicle.open_alarms > 0);
    draw.drawImage(
      sprite(typeOf(vehicle), now, ratio),
      x - spritePx / 2, y - spritePx / 2, spritePx, spritePx,
    );
    if (vehicle.open_alarms > 0) badge(draw, x + 12, y - 12);
  }

  private paintLabels(draw: CanvasRenderingContext2D): void {
    const labels = new Labels();
    draw.font = labelFont;
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    for (const { vehicle, x, y } of [...this.drawn].reverse()) {
      const text = vehicle.plate || vehicle.terminal_id;
      const half = this.widthOf(draw, text) / 2 + 5;
      const top = y + 19;
      const box = { left: x - half, top, right: x + half, bottom: top + 18 };
      if (!labels.take(box)) continue;
      const selected = vehicle.terminal_id === this.store.selected;
      draw.fillStyle = selected ? "#e9eef2" : "rgba(18, 23, 28, 0.82)";
      draw.beginPath();
      draw.roundRect(box.left, top, half * 2, 18, 4);
      draw.fill();
      draw.fillStyle = selected ? "#14191e" : vehicle.online ? "#d9e0e6" : "#8a96a2";
      draw.fillText(text, x, top + 9.5);
    }
  }

  private paintPin(draw: CanvasRenderingContext2D): void {
    if (this.pin === null) return;
    const { x, y } = this.map.project([this.pin.lon, this.pin.lat]);
    draw.strokeStyle = colours.alarm;
    draw.lineWidth = 2;
    draw.setLineDash([4, 3]);
    draw.beginPath();
    draw.arc(x, y, 26, 0, 2 * Math.PI);
    draw.stroke();
    draw.setLineDash([]);
  }

  private widthOf(draw: CanvasRenderingContext2D, text: string): number {
    let width = this.widths.get(text);
    if (width === undefined) {
      width = draw.measureText(text).width;
      this.widths.set(text, width);
    }
    return width;
  }
}

function ring(draw: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, line: number): void {
  draw.strokeStyle = colour;
  draw.lineWidth = line;
  draw.beginPath();
  draw.arc(x, y, radius, 0, 2 * Math.PI);
  draw.stroke();
}

/** A triangle outside the disc, where the vehicle is heading. */
function arrow(draw: CanvasRenderingContext2D, x: number, y: number, courseDeg: number, alarmed: boolean): void {
  const out = alarmed ? 3.5 : 0;
  draw.save();
  draw.translate(x, y);
  draw.rotate((courseDeg * Math.PI) / 180);
  draw.beginPath();
  draw.moveTo(0, -24 - out);
  draw.lineTo(7, -14 - out);
  draw.lineTo(-7, -14 - out);
  draw.closePath();
  draw.fillStyle = alarmed ? colours.alarm : colours.moving;
  draw.fill();
  draw.lineWidth = 1.5;
  draw.strokeStyle = "#0d1216";
  draw.stroke();
  draw.restore();
}

function badge(draw: CanvasRenderingContext2D, x: number, y: number): void {
  draw.beginPath();
  draw.arc(x, y, 7.5, 0, 2 * Math.PI);
  draw.fillStyle = colours.alarm;
  draw.fill();
  draw.lineWidth = 1.5;
  draw.strokeStyle = "#0d1216";
  draw.stroke();
  draw.fillStyle = "#14191e";
  draw.fillRect(x - 1, y - 4.5, 2, 5.2);
  draw.fillRect(x - 1, y + 2.2, 2, 2);
}

// The pictures of the vehicles, drawn here so that the map, the list and the legend show the same.
// Paths are on a 24 by 24 grid.
import type { VehicleType } from "./format";
import { svg } from "./dom";
import type { Doing } from "./types";

export const glyphs: Record<VehicleType, string> = {
  // a broom: handle, head, bristles
  sweeper: "M16.5 3.5 11 12M8 11.5l6.5 4.2M8.2 11.6 4.5 19.5h9.2l.7-3.8M8 19v-3M11 19.3v-2.6",
  // a drop with a gleam
  sprinkler: "M12 3.5c3.4 4.2 5.4 7 5.4 9.9a5.4 5.4 0 0 1-10.8 0c0-2.9 2-5.7 5.4-9.9zM9.4 14.2a2.8 2.8 0 0 0 2.3 2.7",
  // a bin with its lid
  garbage: "M5 7h14M9.5 7V4.5h5V7M6.8 7l.9 12.5h8.6L17.2 7M10.4 10.5v5.5M13.6 10.5v5.5",
  // a tipper: body, cab, wheels
  muck: "M2.8 7h11.4l-1.3 8H4.2zM15.4 15V9.5h3l2.8 2.8V15zM5.4 17.6a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0M15.9 17.6a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0",
  other: "M4 15.5V11l2-4.5h12l2 4.5v4.5zM4.5 11h15M7 15.5v2.2M17 15.5v2.2",
};

export const colours: Record<Doing | "alarm", string> = {
  moving: "#4fb59a",
  stopped: "#9fb0c2",
  offline: "#66727f",
  alarm: "#f0785a",
};

/** For lists; coloured by the style sheet. */
export function glyph(type: VehicleType): SVGSVGElement {
  return svg(24, [{ d: glyphs[type] }]);
}

const sprites = new Map<string, HTMLCanvasElement>();
export const spritePx = 44;

/** The disc of a vehicle, drawn once for each look and pixel ratio. Shape tells the state too:
 * moving is a full disc, stopped a square, offline an outline. */
export function sprite(type: VehicleType, doing: Doing, ratio: number): HTMLCanvasElement {
  const key = `${type} ${doing} ${ratio}`;
  const known = sprites.get(key);
  if (known !== undefined) return known;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(spritePx * ratio);
  const draw = canvas.getContext("2d");
  if (draw !== null) {
    draw.scale(ratio, ratio);
    draw.translate(spritePx / 2, spritePx / 2);
    drawBody(draw, doing);
    draw.translate(-9, -9);
    draw.scale(0.75, 0.75);
    draw.strokeStyle = doing === "offline" ? colours.offline : "#10161b";
    draw.lineWidth = 2.1;
    draw.lineCap = draw.lineJoin = "round";
    draw.stroke(new Path2D(glyphs[type]));
  }
  sprites.set(key, canvas);
  return canvas;
}

function drawBody(draw: CanvasRenderingContext2D, doing: Doing): void {
  draw.beginPath();
  if (doing === "stopped") draw.roundRect(-12.5, -12.5, 25, 25, 6);
  else draw.arc(0, 0, 13.5, 0, 2 * Math.PI);
  draw.fillStyle = doing === "offline" ? "#1a2027" : colours[doing];
  draw.fill();
  draw.lineWidth = 1.5;
  draw.strokeStyle = doing === "offline" ? colours.offline : "#0d1216";
  if (doing === "offline") draw.setLineDash([3, 2.4]);
  draw.stroke();
  draw.setLineDash([]);
}

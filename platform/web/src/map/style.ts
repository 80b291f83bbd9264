// The map's look: streets from the platform, nothing from anywhere else. No glyphs are named, so
// MapLibre draws every letter with the machine's own fonts.
import type { StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";

export const localFonts =
  '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';

const empty: FeatureCollection = { type: "FeatureCollection", features: [] };

const width = (thin: number, wide: number): [
  "interpolate", ["exponential", number], ["zoom"], number, number, number, number,
] => ["interpolate", ["exponential", 1.6], ["zoom"], 11, thin, 18, wide];

const streets: { name: string; colour: string; casing: string; thin: number; wide: number }[] = [
  { name: "lane", colour: "#2b333c", casing: "#171c22", thin: 0.4, wide: 9 },
  { name: "branch", colour: "#313a44", casing: "#171c22", thin: 0.7, wide: 13 },
  { name: "secondary", colour: "#3a4550", casing: "#171c22", thin: 1.2, wide: 18 },
  { name: "arterial", colour: "#485663", casing: "#161b20", thin: 2, wide: 24 },
];

export function mapStyle(basemap: FeatureCollection): StyleSpecification {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return {
    version: 8,
    sources: {
      basemap: { type: "geojson", data: basemap, tolerance: 0.2 },
      track: { type: "geojson", data: empty, tolerance: 0.1 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#1b2128" } },
      ...streets.map((street) => ({
        id: `casing-${street.name}`,
        type: "line" as const,
        source: "basemap",
        minzoom: street.name === "lane" ? 13 : 0,
        filter: ["==", ["get", "class"], street.name] as ["==", ["get", string], string],
        layout: round,
        paint: { "line-color": street.casing, "line-width": width(street.thin + 1, street.wide + 4) },
      })),
      ...streets.map((street) => ({
        id: `street-${street.name}`,
        type: "line" as const,
        source: "basemap",
        minzoom: street.name === "lane" ? 12 : 0,
        filter: ["==", ["get", "class"], street.name] as ["==", ["get", string], string],
        layout: round,
        paint: { "line-color": street.colour, "line-width": width(street.thin, street.wide) },
      })),
      {
        id: "track-casing",
        type: "line",
        source: "track",
        layout: round,
        paint: { "line-color": "#10161b", "line-width": 6.5, "line-opacity": 0.8 },
      },
      {
        id: "track",
        type: "line",
        source: "track",
        layout: round,
        paint: { "line-color": "#e6b455", "line-width": 3 },
      },
      {
        id: "street-names",
        type: "symbol",
        source: "basemap",
        minzoom: 12.5,
        filter: ["all", ["has", "class"], ["has", "name"]],
        layout: {
          "symbol-placement": "line",
          "text-field": ["get", "name"],
          "text-font": ["sans"],
          "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11.5, 17, 14.5],
          "text-letter-spacing": 0.12,
          "text-padding": 12,
          "symbol-spacing": 320,
          "symbol-sort-key": ["match", ["get", "class"], "arterial", 0, "secondary", 1, "branch", 2, 3],
        },
        paint: { "text-color": "#a9b5c0", "text-halo-color": "#171c22", "text-halo-width": 1.6 },
      },
      {
        id: "site-dots",
        type: "circle",
        source: "basemap",
        minzoom: 12,
        filter: ["has", "site"],
        paint: {
          "circle-radius": 4,
          "circle-color": "#2d3640",
          "circle-stroke-color": "#7f8d9a",
          "circle-stroke-width": 1.5,
        },
      },
      {
        id: "site-names",
        type: "symbol",
        source: "basemap",
        minzoom: 13,
        filter: ["has", "site"],
        layout: {
          "text-field": ["get", "name"],
          "text-font": ["sans"],
          "text-size": 12,
          "text-anchor": "top",
          "text-offset": [0, 0.6],
          "text-max-width": 12,
        },
        paint: { "text-color": "#8796a3", "text-halo-color": "#171c22", "text-halo-width": 1.5 },
      },
    ],
  };
}

import { defineConfig } from "vite";

// A dispatcher's machine may have no network but the platform: everything is one origin, and no
// polyfill or font is fetched from anywhere. `npm run dev` forwards to a platform on port 8080.
export default defineConfig({
  build: {
    target: "es2022",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1600,
    rollupOptions: { output: { manualChunks: { maplibre: ["maplibre-gl"] } } },
  },
  server: {
    proxy: {
      "/api": "http://127.0.0.1:8080",
      "/ws": { target: "ws://127.0.0.1:8080", ws: true },
    },
  },
});

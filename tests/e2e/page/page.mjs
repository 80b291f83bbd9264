// Opens the page in a real, headless browser and holds it against what it must show.
//
//   node page.mjs --url http://127.0.0.1:8080 --out shot.png --expect-vehicles 3 --expect-alarm MT-01
//
// --expect-vehicles N   waits until the list has at least N vehicles
// --expect-alarm RULE   waits until the list has an alarm of that rule; may be given again
// --expect-moving N     waits until N vehicles are said to be moving
// --expect-trips N      waits until the chosen muck truck's list has at least N trips
// --out FILE            screenshot, Chinese, the first alarm (or vehicle) chosen
// --out-en FILE         screenshot in English
// --size 1920x1080      of the window
// --no-webgl            a browser that cannot draw the map: the lists must work all the same
// --frames N            measures the time between frames for N frames, and prints it (judges nothing)
// --timeout S           for each wait (default 60)
//
// Ends with 0 where everything was there, with 1 and the reason where not, with 77 without a browser.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    out: { type: "string" },
    "out-en": { type: "string" },
    "expect-vehicles": { type: "string", default: "0" },
    "expect-moving": { type: "string", default: "0" },
    "expect-trips": { type: "string", default: "0" },
    "expect-alarm": { type: "string", multiple: true, default: [] },
    size: { type: "string", default: "1366x768" },
    "no-webgl": { type: "boolean", default: false },
    frames: { type: "string", default: "0" },
    timeout: { type: "string", default: "60" },
    browser: { type: "string", default: process.env.LUJING_CHROMIUM ?? "/usr/bin/chromium" },
  },
});
if (options.url === undefined) {
  console.error("page.mjs: --url is missing, e.g. --url http://127.0.0.1:8080");
  process.exit(2);
}
if (!existsSync(options.browser)) {
  console.log(`skipped: no browser at ${options.browser} (apt-get install chromium)`);
  process.exit(77);
}

const web = new URL("../../../platform/web/package.json", import.meta.url);
const { chromium } = createRequire(web)("playwright-core");
const timeout = Number(options.timeout) * 1000;
const origin = new URL(options.url).origin;
const problems = [];
const [width, height] = options.size.split("x").map(Number);
const drawing = options["no-webgl"]
  ? ["--disable-gpu", "--disable-3d-apis"]
  : ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

const profile = mkdtempSync(join(tmpdir(), "lujing-page-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: options.browser,
  headless: true,
  viewport: { width, height },
  locale: "zh-CN",
  timezoneId: "Asia/Shanghai",
  args: [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...drawing,
  ],
});

function check(good, what) {
  if (!good) problems.push(what);
}

async function check_words(page, language) {
  const words = {
    zh: { language: "zh-CN", vehicles: "车辆", alarms: "报警", rule: "载货行驶未密闭", other: "English" },
    en: { language: "en", vehicles: "Vehicles", alarms: "Alarms", rule: "Unsealed while laden and moving", other: "中文" },
  }[language];
  await page.waitForFunction((lang) => document.documentElement.lang === lang, words.language, { timeout });
  check((await page.textContent("#vehicles h2")) === words.vehicles, `the heading of the vehicles is not ${words.vehicles}`);
  check((await page.textContent("#alarms h2")) === words.alarms, `the heading of the alarms is not ${words.alarms}`);
  check((await page.textContent("#language")) === words.other, `the language switch does not offer ${words.other}`);
  if (options["expect-alarm"].includes("MT-01")) {
    const name = await page.textContent('.alarm[data-rule="MT-01"] .name');
    check(name === words.rule, `MT-01 is called ${name}, not ${words.rule}`);
  }
}

async function wait_for_scene(page) {
  const vehicles = Number(options["expect-vehicles"]);
  await page.waitForFunction((n) => document.querySelectorAll(".row").length >= n, vehicles, { timeout });
  for (const rule of options["expect-alarm"]) {
    await page.waitForSelector(`.alarm[data-rule="${rule}"]`, { timeout });
  }
  const moving = Number(options["expect-moving"]);
  await page.waitForFunction((n) => document.querySelectorAll(".row.moving").length >= n, moving, { timeout });
  await page.waitForSelector("#line.open", { timeout });
  if (options["no-webgl"]) await page.waitForSelector("#map-room.no-map .map-notice", { timeout });
  else await page.waitForSelector("#map[data-ready=yes]", { timeout });
}

/** Chooses the alarm that was asked for, or the first vehicle, and waits for its track. */
async function choose(page) {
  const rule = options["expect-alarm"][0];
  const what = rule === undefined ? ".row" : `.alarm[data-rule="${rule}"]`;
  if ((await page.$(what)) === null) return;
  await page.focus(what); // by keyboard, as it must also go
  await page.keyboard.press("Enter");
  await page.waitForSelector("#details:not([hidden])", { timeout });
  await page.waitForFunction(() => /\d/.test(document.querySelector("#track-facts")?.textContent ?? ""), null, { timeout });
}

/** The chosen truck's manifests: each with its places, its weight, its state. */
async function check_trips(page, language) {
  const n = Number(options["expect-trips"]);
  if (n === 0) return;
  await page.waitForFunction((count) => document.querySelectorAll("#trips .trip").length >= count, n, { timeout });
  const title = { zh: "今日运单（电子联单）", en: "Today's trips (manifests): " }[language];
  check((await page.textContent("#trips summary")).startsWith(title), `the heading of the trips is not ${title}`);
  for (const trip of await page.$$("#trips .trip")) {
    const words = await trip.innerText();
    const state = { zh: /在途|已完成|异常/, en: /Under way|Complete|Exception/ }[language];
    const load = { zh: /吨|装载 \d+ %|未称重/, en: /\d t |load \d+ %|not weighed/ }[language];
    check(state.test(words) && load.test(words) && /\d:\d\d/.test(words), `a trip says only: ${words}`);
  }
}

async function settle(page) {
  // The flight to the alarm, and the letters of the map, which are drawn as they are needed.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1800)));
}

async function frame_times(page, count) {
  return page.evaluate(
    (n) =>
      new Promise((done) => {
        const times = [];
        let last = performance.now();
        const next = (now) => {
          times.push(now - last);
          last = now;
          if (times.length < n) requestAnimationFrame(next);
          else done(times);
        };
        requestAnimationFrame(next);
      }),
    count,
  );
}

async function run() {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.on("request", (request) => {
    const url = new URL(request.url());
    const ours = url.origin === origin || url.protocol === "data:" || url.origin === `blob:${origin}` || request.url().startsWith(`blob:${origin}`);
    if (!ours) problems.push(`the page asked for ${request.url()}, which is not the platform's`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) problems.push(`a WebSocket to ${socket.url()}`);
  });
  page.on("pageerror", (error) => problems.push(`the page failed: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`the page's console: ${message.text()}`);
  });
  await page.goto(options.url, { timeout });
  await wait_for_scene(page);
  await check_words(page, "zh");
  await choose(page);
  await check_trips(page, "zh");
  await settle(page);
  if (!options["no-webgl"]) {
    await page.click("#fit"); // every vehicle in the picture
    await settle(page);
  }
  if (options.out !== undefined) await page.screenshot({ path: options.out });
  const frames = Number(options.frames);
  if (frames > 0) {
    const times = (await frame_times(page, frames)).sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
    console.log(`frames: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`);
  }
  await page.click("#language");
  await check_words(page, "en");
  await check_trips(page, "en");
  await settle(page);
  if (options["out-en"] !== undefined) await page.screenshot({ path: options["out-en"] });
  await page.reload({ timeout });
  await wait_for_scene(page);
  await check_words(page, "en"); // it is remembered
}

try {
  await run();
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
for (const problem of problems) console.error(`page: ${problem}`);
console.log(problems.length === 0 ? "page: everything is there" : `page: ${problems.length} problem(s)`);
process.exit(problems.length === 0 ? 0 : 1);

// Opens the driver's page as the cabin's screen does (1024 x 600) and holds it against what it must show:
//   node driver.mjs DEMO_SERVER OUT_DIR
// Ends with 0 where everything was there, with 1 and the reason where not, with 77 without a browser.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [program, out] = process.argv.slice(2);
const executablePath = process.env.LUJING_CHROMIUM ?? "/usr/bin/chromium";
if (out === undefined) {
  console.error("usage: node driver.mjs DEMO_SERVER OUT_DIR");
  process.exit(2);
}
if (!existsSync(executablePath)) {
  console.log(`skipped: no browser at ${executablePath} (apt-get install chromium)`);
  process.exit(77);
}
mkdirSync(out, { recursive: true });
const web = new URL("../../../platform/web/package.json", import.meta.url);
const { chromium } = createRequire(web)("playwright-core");
const timeout = 20_000;
const problems = [];
const check = (good, what) => good || problems.push(what);

const server = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
const [url] = await once(createInterface({ input: server.stdout }), "line");
const folder = mkdtempSync(join(tmpdir(), "lujing-driver-"));
const browser = await chromium.launchPersistentContext(folder, {
  executablePath,
  headless: true,
  viewport: { width: 1024, height: 600 },
  locale: "zh-CN",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** No word is cut off, nothing is touched that is too small, nothing lies beside the screen. */
async function check_layout(page, moment) {
  const found = await page.evaluate(() => {
    const bad = [];
    const seen = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility?.({ visibilityProperty: true }) ?? true);
    for (const element of seen) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || element.closest("svg")) continue;
      const name = element.id || element.className || element.tagName;
      if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1) bad.push(`${name} lies beside the screen`);
      if (element.tagName === "BUTTON" && (box.height < 48 || box.width < 84)) bad.push(`${name} is too small to be touched`);
      const covered = document.querySelector("#prompt:not([hidden])") !== null && element.closest("main") !== null && element.closest("#speed") === null;
      if (!covered && element.children.length === 0 && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow === "hidden") bad.push(`${name} is cut off`);
    }
    return bad;
  });
  for (const problem of found) problems.push(`${moment}: ${problem}`);
}

async function show(page, moment, selector) {
  server.stdin.write(`${moment}\n`);
  await page.waitForSelector(selector, { timeout, state: "attached" });
  await page.waitForTimeout(900); // the bar has come to rest
  await check_layout(page, moment);
  await page.screenshot({ path: join(out, `driver-${moment}.png`) });
}

async function run() {
  const page = browser.pages()[0];
  page.on("pageerror", (error) => problems.push(`the page failed: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
  page.on("request", (request) => request.url().startsWith(url) || request.url().startsWith("data:") || problems.push(`asked for ${request.url()}`));
  await page.goto(url, { timeout });
  await page.waitForFunction(() => document.querySelector("#road")?.textContent === "青年南路", null, { timeout });
  check((await page.textContent("#done strong")) === "63 %", "the road's share is not 63 %");
  check((await page.textContent("#machine li")) === "洗扫 · 正常", "the machine is not said to work");
  check((await page.getAttribute("html", "data-light")) === "day", "it is not day at a quarter past ten");
  await show(page, "work", "#prompt[hidden]");
  await show(page, "fast", '#prompt[data-id="sweeps_too_fast"]');
  check((await page.textContent("#prompt-detail")) === "上限 8 公里/时", "the limit is not said");
  await show(page, "missed", '#prompt[data-id="missed_ahead"]');
  await show(page, "done", '#prompt[data-id="road_done"]');
  await show(page, "up", 'html[data-light="night"] #machine li.ineffective');
  await page.click("#mark");
  await page.waitForSelector("#reasons[open]", { timeout });
  await page.screenshot({ path: join(out, "driver-reasons.png") });
  await page.click('[data-reason="parked_vehicles"]');
  await page.waitForSelector("#mark.on", { timeout });
  check((await page.textContent("#mark")).includes("停放车辆"), "the mark does not say why");
  await show(page, "work", "#mark.on");
  await page.click("#mark");
  await page.waitForSelector("#mark:not(.on)", { timeout });
  await show(page, "muck", "#haul:not([hidden])");
  check((await page.textContent("#load strong")) === "满载", "the load is not said");
  await show(page, "cover", '#prompt[data-id="cover_open"]');
  check(await page.isHidden("#mark"), "a muck truck marks no kerbs");
  await page.click("#language");
  await page.waitForSelector('html[lang="en"]', { timeout });
  check((await page.textContent("#prompt-text")) === "Close the cover", "the prompt is not English");
  await show(page, "up", 'html[lang="en"] #machine li.ineffective');
  await page.screenshot({ path: join(out, "driver-en.png") });
  await show(page, "wait", "#gnss:not(.on)");
  check((await page.textContent("#kmh")) === "--", "a speed that is not known is shown");
}

try {
  await run();
  server.stdin.end();
  await once(server, "exit");
  const page = browser.pages()[0];
  page.removeAllListeners("console");
  await page.waitForSelector("#silent:not([hidden])", { timeout }); // the terminal is gone: old figures must not stay
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  await browser.close();
  server.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`driver's page: ${problem}`);
console.log(problems.length === 0 ? "driver's page: everything is there" : `driver's page: ${problems.length} problem(s)`);
process.exit(problems.length === 0 ? 0 : 1);

// Starts dispatch_demo_server with three made-up vehicles and holds the page against them:
//   node demo.mjs SERVER WEB_ROOT OUT_DIR [more arguments for page.mjs]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const [server, webRoot, outDir, ...more] = process.argv.slice(2);
if (outDir === undefined) {
  console.error("usage: node demo.mjs SERVER WEB_ROOT OUT_DIR [arguments for page.mjs]");
  process.exit(2);
}
mkdirSync(outDir, { recursive: true });
const dir = mkdtempSync(join(tmpdir(), "lujing-demo-"));
const platform = spawn(server, [webRoot, dir], { stdio: ["pipe", "pipe", "inherit"] });
const [url] = await Promise.race([
  once(createInterface({ input: platform.stdout }), "line"),
  once(platform, "exit").then(() => [undefined]),
]);
let code = 1;
if (url === undefined) {
  console.error("demo.mjs: the server did not start");
} else {
  const page = fileURLToPath(new URL("page.mjs", import.meta.url));
  const wanted = ["--url", url, "--expect-vehicles", "3", "--expect-moving", "3", "--expect-alarm", "MT-01", "--expect-trips", "1"];
  const name = more.includes("--no-webgl") ? "page-no-webgl" : "page";
  const shots = ["--out", join(outDir, `${name}-zh.png`), "--out-en", join(outDir, `${name}-en.png`)];
  const test = spawn(process.execPath, [page, ...wanted, ...shots, ...more], { stdio: "inherit" });
  [code] = await once(test, "exit");
}
platform.stdin.end(); // the server ends with its input
if (platform.exitCode === null) await once(platform, "exit");
rmSync(dir, { recursive: true, force: true });
process.exit(code ?? 1);

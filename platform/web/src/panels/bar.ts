// The bar at the top: whose page it is, whether it is live, how many are out, how many are wrong.
import { el, setClass, setText } from "../dom";
import { currentLanguage, rememberLanguage, say, useLanguage } from "../i18n";
import type { Store } from "../store";

export function mountBar(root: HTMLElement, store: Store): void {
  const product = el("strong", {});
  const title = el("span", { class: "quiet" });
  const vehicles = el("span", { id: "count-vehicles", class: "count" });
  const alarms = el("span", { id: "count-alarms", class: "count" });
  const line = el("span", { id: "line", role: "status" });
  const clock = el("time", { class: "clock" });
  const language = el("button", { type: "button", id: "language", click: () => switchLanguage(store) });
  const gap = (): HTMLElement => el("span", { class: "gap" });
  root.append(product, title, gap(), vehicles, alarms, gap(), line, clock, language);

  const show = (): void => {
    let online = 0;
    for (const vehicle of store.vehicles.values()) online += vehicle.online ? 1 : 0;
    const open = store.openAlarms();
    const name = `${say("product")} ${say("title")}`;
    setText(product, say("product"));
    setText(title, say("title"));
    setText(vehicles, say("bar.vehicles", { online, all: store.vehicles.size }));
    setText(alarms, open === 0 ? say("bar.no_alarms") : say("bar.alarms", { n: open }));
    setClass(alarms, open === 0 ? "count" : "count grave");
    setText(line, say(`line.${store.line}`));
    setClass(line, `line ${store.line}`);
    setText(language, say("bar.language"));
    language.setAttribute("aria-label", say("bar.language_label"));
    document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
    document.title = open === 0 ? name : `(${open}) ${name}`;
  };
  const tick = (): void => {
    const now = new Date();
    const two = (n: number): string => String(n).padStart(2, "0");
    setText(clock, `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`);
  };
  store.on(["vehicles", "alarms", "line", "language"], show);
  setInterval(tick, 1000);
  tick();
  show();
}

function switchLanguage(store: Store): void {
  const next = currentLanguage() === "zh" ? "en" : "zh";
  useLanguage(next);
  rememberLanguage(next);
  store.touch("language");
}

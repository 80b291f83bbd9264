// The list of alarms: open ones first. A late one says so, and never asks for attention as a live
// one does.
import { arrange, el, setClass, setText } from "../dom";
import { clock, detailWords, moment, ruleName, speed } from "../format";
import { say, sayOf } from "../i18n";
import type { Store } from "../store";
import { alarmKey, isOpen, type Alarm } from "../types";

interface Row {
  root: HTMLButtonElement;
  shown: string;
}

interface Words {
  name: string;
  state: string;
  plate: string;
  when: string;
  detail: string;
  late: string;
}

export class AlarmList {
  private readonly rows = new Map<string, Row>();
  private readonly heading = el("h2", {});
  private readonly list = el("div", { class: "rows", id: "alarm-rows" });
  private readonly none = el("p", { class: "none" });
  private readonly openOnly = el("input", { type: "checkbox", id: "open-only" });
  private readonly openOnlyText = el("span", {});

  constructor(
    root: HTMLElement,
    private readonly store: Store,
    private readonly show: (alarm: Alarm) => void,
  ) {
    const choice = el("label", { class: "choice" }, this.openOnly, this.openOnlyText);
    this.list.setAttribute("aria-live", "polite");
    this.openOnly.addEventListener("change", () => this.update());
    root.append(el("div", { class: "head" }, this.heading, choice), this.none, this.list);
    store.on(["alarms", "vehicles", "selection", "language"], () => this.update());
    this.update();
  }

  private update(): void {
    setText(this.heading, say("alarms.title"));
    setText(this.openOnlyText, say("alarms.open_only"));
    const wanted = this.store.sortedAlarms().filter((a) => isOpen(a) || !this.openOnly.checked);
    const keep = new Set(wanted.map(alarmKey));
    arrange(this.list, wanted.map((alarm) => this.row(alarm)));
    for (const key of [...this.rows.keys()]) if (!keep.has(key)) this.rows.delete(key);
    this.none.hidden = wanted.length > 0;
    setText(this.none, say("alarms.none"));
  }

  private row(alarm: Alarm): HTMLElement {
    const key = alarmKey(alarm);
    let row = this.rows.get(key);
    if (row === undefined) {
      const click = (): void => this.show(this.store.alarms.get(key) ?? alarm);
      row = { root: el("button", { type: "button", click }), shown: "" };
      row.root.dataset["rule"] = alarm.rule;
      this.rows.set(key, row);
    }
    const selected = key === this.store.selectedAlarm ? " selected" : "";
    setClass(row.root, `alarm ${alarm.state}${alarm.late ? " late" : ""}${selected}`);
    const plate = this.store.vehicles.get(alarm.terminal_id)?.plate || alarm.plate;
    const words = wordsOf(alarm, plate || alarm.terminal_id);
    const shown = JSON.stringify(words);
    if (shown !== row.shown) {
      row.shown = shown;
      fill(row.root, alarm, words);
    }
    return row.root;
  }
}

function wordsOf(alarm: Alarm, plate: string): Words {
  const raised = moment(alarm.raised, Date.now());
  const ended = alarm.cleared === null ? null : clock(alarm.cleared);
  return {
    name: ruleName(alarm),
    state: `${isOpen(alarm) ? "! " : ""}${sayOf("alarm", alarm.state)}`,
    plate,
    when: ended === null ? raised : say("alarm.until", { from: raised, to: ended }),
    detail: [...detailWords(alarm.detail), speed(alarm.speed_kmh)].join(" · "),
    late: alarm.late ? say(alarm.raised === null ? "alarm.no_time" : "alarm.late") : "",
  };
}

function fill(root: HTMLElement, alarm: Alarm, words: Words): void {
  const hint = say(alarm.raised === null ? "alarm.no_time_hint" : "alarm.late_hint");
  const mark = el("span", { class: "late-mark", title: hint }, words.late);
  root.replaceChildren(
    el("span", { class: "rule" }, alarm.rule),
    el("span", { class: "name" }, words.name),
    el("span", { class: "alarm-state" }, words.state),
    el("span", { class: "plate" }, words.plate, words.late === "" ? null : mark),
    el("span", { class: "when" }, words.when),
    el("span", { class: "detail" }, words.detail),
  );
  root.title = say("alarm.go");
}

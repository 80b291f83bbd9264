// The driver's page. Asks the terminal twice a second what is so, and shows it; decides nothing itself.
"use strict";

const words = {
  zh: {
    other: "English", day: "白天", night: "夜间", auto: "自动", unit: "公里/时", gnss: "定位", link: "联网",
    beside: "不在计划道路", nameless: "无名道路", no_plan: "暂无作业计划", plan_waits: "计划已下达，等待上路或作业时段", all: "全部", left: (far) => `已完成，还差 ${far}`,
    next: "下一路段", missed: "前方漏扫", nothing_left: "全部完成", m: "米", km: "公里", off: "未作业", straight: "直线",
    mark: "路边受阻", mark_over: (why) => `受阻标记已结束：${why}（仍受阻请再按）`, marked: "受阻中：", unmark: "按此结束", why: "路边为何不能作业？", cancel: "取消",
    silent: "终端无应答", cover: "顶盖", hoist: "举升", load: "载重", permit: "核准证", none: "无", ends: "分钟后到期",
    message: "调度：", effective: "正常",
    mark_ends: { length: "到最大长度", time: "到最长时间", speed: "车速过快", off_plan: "此处无计划作业" },
    reasons: { parked_vehicles: "停放车辆", road_works: "道路施工", closure: "道路封闭", event: "活动占道", weather: "天气原因", other: "其他" },
    kinds: { sweeping: "清扫", flushing: "冲洗", sprinkling: "洒水", misting: "雾炮", collecting: "收运", washing_sweeping: "洗扫" },
    states: {
      closed: "已关闭", open: "打开", not_fully_open: "未全开", not_fully_closed: "未关严", fault: "故障", invalid: "未知",
      flat: "放平", lifted: "举升中", empty: "空载", light: "轻载", half: "半载", full: "满载", over: "超载",
    },
    why_not: {
      suction_up: "吸嘴抬起", brush_not_turning: "扫盘未转", brush_up: "扫盘抬起", fan_off: "风机未开", pump_off: "水泵未开",
      valve_shut: "阀门未开", tank_empty: "水箱已空", sewage_full: "污水箱满", lift_idle: "未提桶", signal_stale: "信号中断",
      not_wired: "未接线", position_unsure: "定位不准", too_fast: "车速过快",
    },
  },
  en: {
    other: "中文", day: "Day", night: "Night", auto: "Auto", unit: "km/h", gnss: "GNSS", link: "Online",
    beside: "Not on the plan", nameless: "Unnamed road", no_plan: "No plan yet", plan_waits: "Plan in force, waiting for its road or hours", all: "all", left: (far) => `done, ${far} left`,
    next: "Next", missed: "Missed ahead", nothing_left: "All done", m: "m", km: "km", off: "Not working", straight: "straight",
    mark: "Kerb blocked", mark_over: (why) => `Mark ended: ${why} (press again if still blocked)`, marked: "Blocked: ", unmark: "press to end", why: "Why can this kerb not be cleaned?", cancel: "Cancel",
    silent: "The terminal does not answer", cover: "Cover", hoist: "Body", load: "Load", permit: "Permit", none: "none", ends: "min left",
    message: "Dispatcher: ", effective: "good",
    mark_ends: { length: "longest stretch", time: "longest time", speed: "too fast", off_plan: "not on the plan" },
    reasons: { parked_vehicles: "Parked cars", road_works: "Road works", closure: "Closure", event: "Event", weather: "Weather", other: "Other" },
    kinds: { sweeping: "Sweeping", flushing: "Flushing", sprinkling: "Sprinkling", misting: "Misting", collecting: "Collecting", washing_sweeping: "Wash-sweeping" },
    states: {
      closed: "closed", open: "open", not_fully_open: "half open", not_fully_closed: "not shut", fault: "fault", invalid: "not known",
      flat: "flat", lifted: "lifted", empty: "empty", light: "light", half: "half", full: "full", over: "overload",
    },
    why_not: {
      suction_up: "suction up", brush_not_turning: "brush stands", brush_up: "brush up", fan_off: "fan off", pump_off: "pump off",
      valve_shut: "valve shut", tank_empty: "tank empty", sewage_full: "sewage full", lift_idle: "no lift", signal_stale: "signal lost",
      not_wired: "not wired", position_unsure: "position unsure", too_fast: "too fast",
    },
  },
};
// A triangle, a tick, an arrow.
const signs = {
  warn: "M50 12 L92 86 L8 86 Z M50 40 V62 M50 73 V74",
  news: "M12 54 L40 80 L88 22",
  work: "M50 88 V14 M22 42 L50 14 L78 42",
};
const ask_every_ms = 500;
const silent_after = 6;
const $ = (id) => document.getElementById(id);
let shown = words.zh;
let failures = 0;
let last = null;

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function far(m) {
  return m < 950 ? `${Math.round(m / 10) * 10} ${shown.m}` : `${(m / 1000).toFixed(1)} ${shown.km}`;
}

/** The sun's height above the horizon, degrees; right to half a degree. */
function sun_height(utc_ms, lat, lon) {
  const rad = Math.PI / 180;
  const days = utc_ms / 86400000 - 10957.5;
  const mean = (357.529 + 0.98560028 * days) * rad;
  const ecliptic = (280.459 + 0.98564736 * days + 1.915 * Math.sin(mean) + 0.02 * Math.sin(2 * mean)) * rad;
  const tilt = 23.439 * rad;
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic));
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic));
  const hour = (280.46062 + 360.98564737 * days + lon) * rad - ascension;
  const sine = Math.sin(lat * rad) * Math.sin(declination) + Math.cos(lat * rad) * Math.cos(declination) * Math.cos(hour);
  return Math.asin(sine) / rad;
}

/** The driver's choice, or by the sun: night from dusk on. */
function light_of(state) {
  const chosen = localStorage.getItem("light") ?? "auto";
  if (chosen !== "auto") return chosen;
  if (state.utc_ms === null || state.lat === undefined) return "day";
  return sun_height(state.utc_ms, state.lat, state.lon) < -2 ? "night" : "day";
}

function show_head(state) {
  shown = words[state.language];
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.light = light_of(state);
  const local = state.utc_ms === null ? null : new Date(state.utc_ms + state.utc_offset_min * 60000);
  set($("clock"), local === null ? "--:--" : local.toISOString().slice(11, 16));
  set($("plate"), state.plate);
  for (const [id, on] of [["gnss", state.position !== "none"], ["link", state.online]]) {
    $(id).classList.toggle("on", on);
    set($(id).querySelector("b"), shown[id]);
  }
  set($("language"), shown.other);
  set($("light"), shown[localStorage.getItem("light") ?? "auto"]);
}

function show_speed(state) {
  const kmh = state.speed_kmh;
  set($("kmh"), kmh === null ? "--" : kmh < 9.95 ? kmh.toFixed(1) : String(Math.round(kmh)));
  set($("unit"), shown.unit);
  $("limit").hidden = state.max_kmh === null;
  if (state.max_kmh !== null) set($("limit"), String(Math.round(state.max_kmh)));
  $("speed").classList.toggle("over", state.max_kmh !== null && kmh !== null && kmh > state.max_kmh);
}

function show_machine(state) {
  const list = $("machine");
  const items = state.work.map((work) => {
    const why = work.state === "effective" ? shown.effective : shown.why_not[work.reason] ?? "?";
    return { state: work.state, text: `${shown.kinds[work.kind]} · ${why}` };
  });
  if (items.length === 0 && state.tells_work) items.push({ state: "off", text: shown.off });
  const key = JSON.stringify(items);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...items.slice(0, 2).map((item) => {
      const row = document.createElement("li");
      row.className = item.state;
      row.textContent = item.text;
      return row;
    }),
  );
}

/** A small word before a large one. */
function label(element, small, large) {
  const key = `${small}|${large}`;
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  const word = document.createElement("small");
  word.textContent = small;
  element.replaceChildren(word, large);
}

function show_work(state) {
  const road = state.road;
  set($("road"), road.name || (road.on_plan ? shown.nameless : road.planned ? shown.beside : road.plan_in_force ? shown.plan_waits : shown.no_plan));
  $("road").classList.toggle("beside", !road.on_plan);
  const [covered, required] = road.on_plan ? [road.covered_m, road.required_m] : [road.all_covered_m, road.all_required_m];
  const share = required > 0 ? Math.min(1, covered / required) : 0;
  $("done").hidden = $("bar").hidden = !road.planned;
  const percent = `${Math.floor(share * 100)} %`;
  const rest = shown.left(far(Math.max(0, required - covered)));
  const all = road.all_required_m > 0 ? Math.floor((100 * road.all_covered_m) / road.all_required_m) : 0;
  const whole = road.on_plan ? `${shown.all} ${all} %` : shown.all;
  const parts = [["strong", percent], ["span", rest], ["em", whole]];
  const key = JSON.stringify(parts);
  if ($("done").dataset.key !== key) {
    $("done").dataset.key = key;
    $("done").replaceChildren(
      ...parts.map(([tag, text]) => {
        const word = document.createElement(tag);
        word.textContent = text;
        return word;
      }),
    );
  }
  $("bar-done").style.width = `${share * 100}%`;
  show_machine(state);
  if (road.missed !== undefined) label($("next"), shown.missed, far(road.missed.ahead_m));
  else if (road.next !== undefined) {
    const straight = road.next.straight ? ` (${shown.straight})` : "";
    label($("next"), shown.next, `${road.next.name || shown.nameless}  ${far(road.next.far_m)}${straight}`);
  } else label($("next"), "", road.planned ? shown.nothing_left : "");
}

function show_tile(id, word, grade) {
  const tile = $(id);
  tile.className = `tile ${grade}`;
  set(tile.querySelector("small"), shown[id]);
  set(tile.querySelector("strong"), word);
  tile.classList.toggle("long", word.length > 8);
}

function show_haul(haul) {
  const laden = haul.load !== "empty" && haul.load !== "invalid" && haul.load !== "fault";
  const cover = haul.cover === "closed" ? "good" : haul.cover === "invalid" ? "warn" : laden || haul.cover === "fault" ? "bad" : "";
  show_tile("cover", shown.states[haul.cover], cover);
  show_tile("hoist", shown.states[haul.hoist], haul.hoist === "flat" ? "good" : haul.hoist === "invalid" ? "warn" : "bad");
  show_tile("load", shown.states[haul.load], haul.load === "over" || haul.load === "fault" ? "bad" : "");
  const soon = haul.permit_ends_min !== undefined && haul.permit_ends_min < 60;
  const permit = haul.permit === "" ? shown.none : soon ? `${haul.permit_ends_min} ${shown.ends}` : haul.permit;
  show_tile("permit", permit, haul.permit === "" ? "bad" : soon ? "warn" : "good");
}

function show_prompt(prompt) {
  const room = $("prompt");
  room.hidden = prompt === null;
  if (prompt === null) return;
  room.dataset.urgency = prompt.urgency;
  room.dataset.id = prompt.id;
  room.toggleAttribute("data-news", prompt.news);
  $("sign").setAttribute("d", prompt.news ? signs.news : prompt.id === "missed_ahead" ? signs.work : signs.warn);
  set($("prompt-text"), prompt.text);
  set($("prompt-detail"), prompt.detail);
}

function show_mark(state) {
  const button = $("mark");
  button.hidden = !state.can_mark;
  button.classList.toggle("on", state.blocked !== null);
  button.classList.toggle("over", state.blocked === null && state.mark_ended !== null);
  const free = state.mark_ended === null ? shown.mark : shown.mark_over(shown.mark_ends[state.mark_ended]);
  set(button, state.blocked === null ? free : `${shown.marked}${shown.reasons[state.blocked]}（${shown.unmark}）`);
  set($("message"), state.message === "" ? "" : shown.message + state.message);
}

function show(state) {
  last = state;
  show_head(state);
  show_speed(state);
  $("haul").hidden = state.haul === null;
  $("work").hidden = state.haul !== null;
  if (state.haul === null) show_work(state);
  else show_haul(state.haul);
  show_mark(state);
  show_prompt(state.prompt);
  $("silent").hidden = true;
}

async function ask(target, said) {
  const options = { cache: "no-store", signal: AbortSignal.timeout(3000) };
  if (said !== undefined) Object.assign(options, { method: "POST", body: JSON.stringify(said) });
  const answer = await fetch(target, options);
  if (!answer.ok) throw new Error(`${target}: ${answer.status}`);
  return answer.json();
}

async function say(target, said) {
  try {
    show(await ask(target, said));
  } catch {
    // The next look shows what is so.
  }
}

async function look() {
  try {
    show(await ask("/state"));
    failures = 0;
  } catch {
    failures += 1;
    if (failures >= silent_after) {
      set($("silent").querySelector("p"), shown.silent);
      $("silent").hidden = false;
    }
  }
  setTimeout(look, ask_every_ms);
}

/** Which reason? Nothing is marked before one is chosen. */
function choose_reason() {
  set($("reasons").querySelector("h2"), shown.why);
  set($("cancel"), shown.cancel);
  $("reasons").querySelector("div").replaceChildren(
    ...Object.entries(shown.reasons).map(([reason, text]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.reason = reason;
      button.textContent = text;
      button.addEventListener("click", () => {
        $("reasons").close();
        void say("/blocked", { reason });
      });
      return button;
    }),
  );
  $("reasons").showModal();
}

$("mark").addEventListener("click", () => {
  if (last?.blocked) void say("/blocked", { reason: null });
  else choose_reason();
});
$("cancel").addEventListener("click", () => $("reasons").close());
$("language").addEventListener("click", () => void say("/language", { language: shown === words.zh ? "en" : "zh" }));
$("light").addEventListener("click", () => {
  const order = ["auto", "day", "night"];
  const now = order.indexOf(localStorage.getItem("light") ?? "auto");
  localStorage.setItem("light", order[(now + 1) % 3]);
  if (last !== null) show_head(last);
});
void look();

// Every word that the page says, in both languages. A key that is missing in one of them does not
// compile. "{n}" is filled in by say().
import { alarmsEn, alarmsZh } from "./alarm_names";
import { healthNames } from "./health_names";

const zh = {
  product: "路净",
  title: "调度台",
  "line.connecting": "正在连接…",
  "line.open": "实时",
  "line.lost": "连接中断，正在重连…",
  "line.failed": "平台没有应答：{why}",
  "bar.vehicles": "在线 {online} / {all} 辆",
  "bar.alarms": "未解除报警 {n}",
  "bar.no_alarms": "无未解除报警",
  "bar.language": "English",
  "bar.language_label": "切换到英文",
  "vehicles.title": "车辆",
  "vehicles.filter": "查找车牌或终端号",
  "vehicles.none": "还没有车辆上线",
  "vehicles.no_match": "没有符合的车辆",
  "type.all": "全部",
  "type.sweeper": "清扫车",
  "type.sprinkler": "洒水车",
  "type.garbage": "垃圾车",
  "type.muck": "渣土车",
  "type.other": "其他车辆",
  "doing.moving": "行驶",
  "doing.stopped": "停车",
  "doing.offline": "离线",
  "ago.now": "刚刚",
  "ago.seconds": "{n} 秒前",
  "ago.minutes": "{n} 分钟前",
  "ago.hours": "{n} 小时前",
  "ago.days": "{n} 天前",
  "ago.never": "从未",
  "cover.closed": "厢盖闭合",
  "cover.open": "厢盖打开",
  "cover.not_fully_open": "厢盖未全开",
  "cover.not_fully_closed": "厢盖未闭严",
  "cover.fault": "厢盖传感器故障",
  "cover.invalid": "厢盖状态未知",
  "hoist.flat": "货厢平放",
  "hoist.lifted": "货厢举升",
  "hoist.fault": "举升传感器故障",
  "hoist.invalid": "举升状态未知",
  "load.empty": "空载",
  "load.light": "轻载",
  "load.half": "半载",
  "load.full": "满载",
  "load.over": "超载",
  "load.fault": "载重传感器故障",
  "load.invalid": "载重未知",
  "work.sweeping": "清扫中",
  "work.washing_sweeping": "洗扫中",
  "work.flushing": "冲洗中",
  "work.sprinkling": "洒水中",
  "work.misting": "喷雾中",
  "work.collecting": "收运中",
  "work.none": "未作业",
  "alarms.title": "报警",
  "alarms.none": "没有报警",
  "alarms.open_only": "仅未解除",
  "alarm.raised": "未解除",
  "alarm.cleared": "已解除",
  "alarm.suppressed": "重复未报",
  "alarm.ended": "终端重启结束",
  "alarm.late": "补传",
  "alarm.late_hint": "补传：发生后超过时限才到达平台，不是实时报警",
  "alarm.no_time": "时间未知",
  "alarm.no_time_hint": "终端当时还不知道时间，无法判断是否实时",
  "alarm.time_unknown": "时间未知",
  "alarm.until": "{from} 至 {to}",
  "alarm.go": "在地图上查看",
  ...alarmsZh,
  "details.close": "关闭",
  "details.terminal": "终端号",
  "details.speed": "速度",
  "details.course": "航向",
  "details.accuracy": "定位精度",
  "details.place": "经纬度",
  "details.fix_time": "定位时间",
  "details.last_seen": "最近通信",
  "details.software": "终端软件",
  "details.state": "状态",
  "details.track_facts": "最近一小时轨迹：{km} 公里，{n} 个点",
  "details.track_none": "这一小时没有轨迹",
  "details.health": "终端健康",
  "details.health_none": "终端还没有报告",
  "details.loading": "读取中…",
  "details.follow": "跟随",
  "source.gnss": "卫星定位",
  "source.dead_reckoning": "航位推算",
  "source.road_bound": "道路匹配",
  "source.none": "无定位",
  "map.no_webgl": "这个浏览器没有 WebGL，地图无法显示。车辆和报警列表照常可用；请打开硬件加速或换用新版浏览器。",
  "map.no_streets": "没有底图：请在平台配置 dispatch.basemap 中指定道路文件",
  "map.fit": "显示全部车辆",
  "map.zoom_in": "放大",
  "map.zoom_out": "缩小",
  "map.legend": "图例",
  "unit.kmh": "公里/时",
  "unit.m": "米",
  "unit.deg": "度",
} as const;

export type Key = keyof typeof zh;

const en: Record<Key, string> = {
  product: "Lujing",
  title: "Dispatch",
  "line.connecting": "Connecting…",
  "line.open": "Live",
  "line.lost": "Connection lost, reconnecting…",
  "line.failed": "The platform did not answer: {why}",
  "bar.vehicles": "{online} of {all} online",
  "bar.alarms": "{n} open alarms",
  "bar.no_alarms": "No open alarms",
  "bar.language": "中文",
  "bar.language_label": "Switch to Chinese",
  "vehicles.title": "Vehicles",
  "vehicles.filter": "Find a plate or a terminal",
  "vehicles.none": "No vehicle has come on line yet",
  "vehicles.no_match": "No vehicle matches",
  "type.all": "All",
  "type.sweeper": "Sweeper",
  "type.sprinkler": "Sprinkler",
  "type.garbage": "Garbage truck",
  "type.muck": "Muck truck",
  "type.other": "Other vehicle",
  "doing.moving": "Moving",
  "doing.stopped": "Stopped",
  "doing.offline": "Offline",
  "ago.now": "just now",
  "ago.seconds": "{n} s ago",
  "ago.minutes": "{n} min ago",
  "ago.hours": "{n} h ago",
  "ago.days": "{n} d ago",
  "ago.never": "never",
  "cover.closed": "Cover closed",
  "cover.open": "Cover open",
  "cover.not_fully_open": "Cover not fully open",
  "cover.not_fully_closed": "Cover not fully closed",
  "cover.fault": "Cover sensor fault",
  "cover.invalid": "Cover unknown",
  "hoist.flat": "Body down",
  "hoist.lifted": "Body raised",
  "hoist.fault": "Hoist sensor fault",
  "hoist.invalid": "Hoist unknown",
  "load.empty": "Empty",
  "load.light": "Light load",
  "load.half": "Half load",
  "load.full": "Full load",
  "load.over": "Overloaded",
  "load.fault": "Load sensor fault",
  "load.invalid": "Load unknown",
  "work.sweeping": "Sweeping",
  "work.washing_sweeping": "Wash-sweeping",
  "work.flushing": "Flushing",
  "work.sprinkling": "Sprinkling",
  "work.misting": "Misting",
  "work.collecting": "Collecting",
  "work.none": "Not working",
  "alarms.title": "Alarms",
  "alarms.none": "No alarms",
  "alarms.open_only": "Open only",
  "alarm.raised": "Open",
  "alarm.cleared": "Cleared",
  "alarm.suppressed": "Repeat, not raised",
  "alarm.ended": "Ended by a restart",
  "alarm.late": "Late",
  "alarm.late_hint": "Late: it reached the platform too long after it happened to count as live",
  "alarm.no_time": "Time unknown",
  "alarm.no_time_hint": "The terminal did not know the time yet: nobody can say whether it was live",
  "alarm.time_unknown": "Time unknown",
  "alarm.until": "{from} to {to}",
  "alarm.go": "Show on the map",
  ...alarmsEn,
  "details.close": "Close",
  "details.terminal": "Terminal",
  "details.speed": "Speed",
  "details.course": "Course",
  "details.accuracy": "Accuracy",
  "details.place": "Position",
  "details.fix_time": "Fix time",
  "details.last_seen": "Last heard",
  "details.software": "Software",
  "details.state": "State",
  "details.track_facts": "Track of the last hour: {km} km, {n} points",
  "details.track_none": "No track in this hour",
  "details.health": "Terminal health",
  "details.health_none": "The terminal has not reported yet",
  "details.loading": "Loading…",
  "details.follow": "Follow",
  "source.gnss": "satellites",
  "source.dead_reckoning": "dead reckoning",
  "source.road_bound": "road matched",
  "source.none": "no fix",
  "map.no_webgl":
    "This browser has no WebGL, so the map cannot be drawn. The lists of vehicles and alarms work as usual; switch on hardware acceleration or use a newer browser.",
  "map.no_streets": "No street map: name a file in the platform's configuration, dispatch.basemap",
  "map.fit": "Show all vehicles",
  "map.zoom_in": "Zoom in",
  "map.zoom_out": "Zoom out",
  "map.legend": "Legend",
  "unit.kmh": "km/h",
  "unit.m": "m",
  "unit.deg": "deg",
};

export type Language = "zh" | "en";
export const tables: Record<Language, Record<Key, string>> = { zh, en };

const remembered = "lujing.language";
let language: Language = "zh";

export function currentLanguage(): Language {
  return language;
}

export function useLanguage(next: Language): void {
  language = next;
}

export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(remembered) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // storage is switched off
  }
}

export function rememberLanguage(next: Language): void {
  try {
    localStorage.setItem(remembered, next);
  } catch {
    // It works for this visit.
  }
}

export function say(key: Key, values: Record<string, string | number> = {}): string {
  return tables[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** The words for something that a vehicle said, e.g. "cover" + "open"; what is not known as it is. */
export function sayOf(group: string, value: string): string {
  const key = `${group}.${value}`;
  return key in zh ? say(key as Key) : value;
}

export function healthName(name: string | null, id: number): string {
  if (name === null) return `#${id}`;
  return (language === "zh" ? healthNames[name] : undefined) ?? name.replaceAll("_", " ");
}

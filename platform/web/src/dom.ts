// Elements, made without markup: text from outside only ever becomes text.

type Child = Node | string | null;

interface Properties {
  class?: string;
  title?: string;
  id?: string;
  type?: string;
  role?: string;
  hidden?: boolean;
  label?: string; // aria-label
  click?: (event: MouseEvent) => void;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.title !== undefined) element.title = properties.title;
  if (properties.id !== undefined) element.id = properties.id;
  if (properties.type !== undefined) element.setAttribute("type", properties.type);
  if (properties.role !== undefined) element.setAttribute("role", properties.role);
  if (properties.label !== undefined) element.setAttribute("aria-label", properties.label);
  if (properties.hidden === true) element.hidden = true;
  if (properties.click !== undefined) element.addEventListener("click", properties.click as EventListener);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** Writes only what differs: an untouched node costs no layout and keeps its selection. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(node: Element, name: string): void {
  if (node.getAttribute("class") !== name) node.setAttribute("class", name);
}

/** Puts the children in this order, moving only what is out of place. */
export function arrange(parent: Element, wanted: Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

const svgSpace = "http://www.w3.org/2000/svg";

export function svg(size: number, paths: { d: string; class?: string }[]): SVGSVGElement {
  const root = document.createElementNS(svgSpace, "svg");
  root.setAttribute("viewBox", `0 0 ${size} ${size}`);
  root.setAttribute("aria-hidden", "true");
  for (const path of paths) {
    const node = document.createElementNS(svgSpace, "path");
    node.setAttribute("d", path.d);
    if (path.class !== undefined) node.setAttribute("class", path.class);
    root.append(node);
  }
  return root;
}

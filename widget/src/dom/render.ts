/**
 * Makes the page equal to what the components describe, touching only what differs.
 *
 * Small on purpose: the promise to a shop's page is 25 kB for the whole widget, and a library took a third of it.
 */

import { forget, type Memory, runEffects, withMemory } from "./hooks";
import type { Child, Component, Props, Ref, VNode } from "./vnode";

type Value = string | number | boolean | (() => void) | undefined;

const SVG = "http://www.w3.org/2000/svg";

/** One drawn description: a text, an element, or a component (which has no node of its own). */
interface Drawn {
  node: VNode | string;
  readonly dom: Element | Text | null;
  readonly host: Drawn | null;
  readonly memory: Memory;
  kids: Map<string, Drawn>;
}

export interface Root {
  draw(child: Child): void;
  clear(): void;
}

export function createRoot(container: Node): Root {
  const host: Drawn = { node: "", dom: container as Element, host: null, memory: remembering(() => undefined), kids: new Map() };
  const draw = (child: Child): void => {
    patchKids(host, host, child);
    place(host);
    runEffects();
  };
  return { draw, clear: () => draw(null) };
}

function remembering(redraw: () => void): Memory {
  return { slots: [], redraw };
}

function create(node: VNode | string, host: Drawn): Drawn {
  const dom = domFor(node, host);
  const drawn: Drawn = { node: "", dom, host, kids: new Map(), memory: remembering(() => redraw(drawn)) };
  return drawn;
}

function domFor(node: VNode | string, host: Drawn): Element | Text | null {
  if (typeof node === "string") return document.createTextNode(node);
  if (typeof node.type !== "string") return null;
  const isSvg = node.type === "svg" || (host.dom instanceof Element && host.dom.namespaceURI === SVG);
  return isSvg ? document.createElementNS(SVG, node.type) : document.createElement(node.type);
}

/** A component's own state changed: draw it alone. Several changes at once are drawn once. */
const waiting = new Set<Drawn>();
function redraw(drawn: Drawn): void {
  if (waiting.size === 0) {
    queueMicrotask(() => {
      const all = [...waiting];
      waiting.clear();
      for (const one of all) patch(one, one.node);
      for (const host of new Set(all.map((one) => one.host))) if (host !== null) place(host);
      runEffects();
    });
  }
  waiting.add(drawn);
}

function patch(drawn: Drawn, node: VNode | string): void {
  const before = drawn.node;
  drawn.node = node;
  if (typeof node === "string") {
    if (node !== before && drawn.dom !== null) (drawn.dom as Text).data = node;
  } else if (drawn.dom === null) {
    const component = node.type as (props: Props) => Child;
    patchKids(drawn, drawn.host as Drawn, withMemory(drawn.memory, () => component(node.props)));
  } else {
    patchKids(drawn, drawn, node.props["children"] as Child);
    place(drawn);
    setProps(drawn.dom as Element, typeof before === "string" ? {} : before.props, node.props);
  }
}

function patchKids(parent: Drawn, host: Drawn, children: Child): void {
  const before = parent.kids;
  parent.kids = new Map();
  const wanted = new Map<string, VNode | string>();
  collect(children, "", wanted);
  for (const [name, node] of wanted) {
    const known = before.get(name);
    const isSame = known !== undefined && typeOf(known.node) === typeOf(node);
    const drawn = isSame ? known : create(node, host);
    if (isSame) before.delete(name);
    patch(drawn, node);
    parent.kids.set(name, drawn);
  }
  for (const gone of before.values()) remove(gone);
}

/** Name each child by its key, else by its place, so that one that comes or goes does not rename the others. */
function collect(child: Child, name: string, into: Map<string, VNode | string>): void {
  if (Array.isArray(child)) {
    (child as readonly Child[]).forEach((item, at) => {
      const key = typeof item === "object" && item !== null && "key" in item ? item.key : undefined;
      collect(item, `${name}/${key === undefined ? at : `=${key}`}`, into);
    });
  } else if (typeof child === "string" || typeof child === "number") {
    into.set(name, String(child));
  } else if (typeof child === "object" && child !== null) {
    into.set(name, child as VNode);
  }
}

function typeOf(node: VNode | string): string | Component {
  return typeof node === "string" ? "" : node.type;
}

/** Put the nodes under an element in order; those that stand right are not moved, so focus and scrolling stay. */
function place(host: Drawn): void {
  const parent = host.dom as Node;
  let cursor = parent.firstChild;
  for (const dom of nodesOf(host.kids)) {
    if (dom === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(dom, cursor);
  }
}

function* nodesOf(kids: Map<string, Drawn>): Generator<Node> {
  for (const kid of kids.values()) {
    if (kid.dom === null) yield* nodesOf(kid.kids);
    else yield kid.dom;
  }
}

function remove(drawn: Drawn): void {
  waiting.delete(drawn);
  for (const kid of drawn.kids.values()) remove(kid);
  forget(drawn.memory);
  if (typeof drawn.node !== "string") setRef(drawn.node.props, null);
  (drawn.dom as ChildNode | null)?.remove();
}

function setProps(dom: Element, before: Props, after: Props): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name !== "children" && name !== "ref" && (before[name] !== after[name] || name === "value")) {
      setProp(dom, name, after[name] as Value);
    }
  }
  setRef(after, dom);
}

function setRef(props: Props, dom: Element | null): void {
  const ref = props["ref"] as Ref<Element> | undefined;
  if (ref !== undefined) ref.current = dom;
}

function setProp(dom: Element, name: string, value: Value): void {
  const own = dom as unknown as Record<string, unknown>;
  if (name.startsWith("on")) own[name.toLowerCase()] = value ?? null;
  else if (name === "value") {
    // a field that already says so is left alone: setting it would break an input method in the middle of a word
    if (own["value"] !== value) own["value"] = value;
  } else if (value === undefined || (value === false && !name.startsWith("aria-"))) dom.removeAttribute(name);
  else dom.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : (value as string));
}

import { beforeEach, describe, expect, it, vi } from "vitest";
import { useEffect, useRef, useState } from "./hooks";
import { createRoot, type Root } from "./render";
import type { Child, JSX } from "./vnode";

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("the drawing", () => {
  let box: HTMLElement;
  let root: Root;

  beforeEach(() => {
    document.body.replaceChildren();
    box = document.createElement("div");
    document.body.append(box);
    root = createRoot(box);
  });

  const list = (...keys: string[]): Child => <ul>{keys.map((key) => <li key={key}>{key}</li>)}</ul>;
  const texts = (): (string | null)[] => [...box.querySelectorAll("li")].map((item) => item.textContent);

  it("never reads text as markup", () => {
    root.draw(<p title={'"><b>'}>{"<img src=x onerror=alert(1)>"}</p>);
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toBe("<img src=x onerror=alert(1)>");
    expect(box.querySelector("p")?.getAttribute("title")).toBe('"><b>');
  });

  it("keeps the elements of keyed children when others come, go or change places", () => {
    root.draw(list("a", "b", "c"));
    const b = box.querySelectorAll("li")[1];
    root.draw(list("x", "b", "c", "y"));
    expect(texts()).toEqual(["x", "b", "c", "y"]);
    expect(box.querySelectorAll("li")[1]).toBe(b);
    root.draw(list("c", "b"));
    expect(texts()).toEqual(["c", "b"]);
    expect(box.querySelectorAll("li")[1]).toBe(b);
  });

  it("keeps focus and what is typed when something appears before the field", () => {
    root.draw(<div>{false}<textarea value="half" /></div>);
    const field = box.querySelector("textarea");
    field?.focus();
    root.draw(<div><p>new</p><textarea value="half" /></div>);
    expect(box.querySelector("textarea")).toBe(field);
    expect(document.activeElement).toBe(field);
    expect(box.querySelector("div")?.firstElementChild?.tagName).toBe("P");
  });

  it("does not touch a field's value that is already right", () => {
    const draw = (value: string): void => root.draw(<textarea value={value} />);
    draw("one");
    const field = box.querySelector("textarea") as HTMLTextAreaElement;
    const set = vi.fn();
    Object.defineProperty(field, "value", { get: () => "two", set });
    draw("two");
    expect(set).not.toHaveBeenCalled();
    draw("three");
    expect(set).toHaveBeenCalledWith("three");
  });

  it("sets, changes and takes off attributes and listeners", () => {
    const clicked = vi.fn();
    root.draw(<button disabled aria-pressed={false} class="one" onClick={clicked}>go</button>);
    const button = box.querySelector("button") as HTMLButtonElement;
    expect([button.disabled, button.getAttribute("aria-pressed"), button.className]).toEqual([true, "false", "one"]);
    root.draw(<button onClick={clicked}>go</button>);
    button.click();
    expect([button.disabled, button.hasAttribute("aria-pressed"), button.hasAttribute("class")]).toEqual([false, false, false]);
    root.draw(<button>go</button>);
    button.click();
    expect(clicked).toHaveBeenCalledTimes(1);
  });

  it("draws pictures in their own namespace", () => {
    root.draw(<svg viewBox="0 0 1 1"><path d="M0 0" /></svg>);
    expect(box.querySelector("path")?.namespaceURI).toBe("http://www.w3.org/2000/svg");
    expect(box.querySelector("svg")?.getAttribute("viewBox")).toBe("0 0 1 1");
  });

  it("draws a component again when its own state changes, in its place", async () => {
    let change: (count: number) => void = () => undefined;
    function Counter(): JSX.Element {
      const [count, setCount] = useState(0);
      change = setCount;
      return <>{count > 0 && <i>{count}</i>}<b>{count}</b></>;
    }
    root.draw(<div><u>before</u><Counter /><u>after</u></div>);
    change(1);
    change(2);
    await soon();
    const drawn = [...(box.firstElementChild?.children ?? [])].map((item) => `${item.tagName} ${item.textContent}`);
    expect(drawn).toEqual(["U before", "I 2", "B 2", "U after"]);
  });

  it("runs effects once the page shows it, again on change, and cleans up", () => {
    const told: string[] = [];
    function Watcher(props: { name: string }): JSX.Element {
      const element = useRef<HTMLElement>(null);
      useEffect(() => {
        told.push(`in ${props.name} ${element.current?.textContent ?? ""}`);
        return () => told.push(`out ${props.name}`);
      }, [props.name]);
      return <b ref={element}>{props.name}</b>;
    }
    root.draw(<Watcher name="a" />);
    root.draw(<Watcher name="a" />);
    root.draw(<Watcher name="b" />);
    root.clear();
    expect(told).toEqual(["in a a", "out a", "in b b", "out b"]);
    expect(box.childNodes).toHaveLength(0);
  });

  it("does not draw what was taken away meanwhile", async () => {
    let change: (count: number) => void = () => undefined;
    const drawn = vi.fn();
    function Counter(): JSX.Element {
      const [count, setCount] = useState(0);
      change = setCount;
      drawn(count);
      return <b>{count}</b>;
    }
    root.draw(<Counter />);
    change(1);
    root.clear();
    await soon();
    expect(drawn).toHaveBeenCalledTimes(1);
  });
});

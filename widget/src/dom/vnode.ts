/** What JSX makes: plain descriptions of elements and components, and the types that check them. */

export type Child = VNode | string | number | boolean | null | undefined | readonly Child[];
export type Props = Readonly<Record<string, unknown>>;
export type Component = (props: never) => Child;

export interface VNode {
  readonly type: string | Component;
  readonly props: Props;
  readonly key: string | number | undefined;
}

export interface Ref<T> {
  current: T | null;
}

/** The one component that adds nothing: its children stand where it stands. */
export function Fragment(props: { children?: Child }): Child {
  return props.children;
}

export function jsx(type: string | Component, props: Props, key?: string | number): VNode {
  return { type, props, key };
}

export { jsx as jsxs };

type Heard<E, T> = (event: E & { readonly currentTarget: T }) => void;
type Value = string | number | boolean | undefined;

interface Attributes<T> {
  readonly children?: Child;
  readonly key?: string | number;
  readonly ref?: Ref<T>;
  readonly [attribute: `aria-${string}`]: Value;
  readonly class?: string;
  readonly role?: string;
  readonly lang?: string;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly type?: string;
  readonly disabled?: boolean;
  readonly href?: string;
  readonly target?: string;
  readonly rel?: string;
  readonly src?: string;
  readonly alt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly rows?: number;
  readonly max?: number;
  readonly value?: string | number;
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly enterkeyhint?: string;
  readonly multiple?: boolean;
  readonly accept?: string;
  readonly dateTime?: string;
  readonly onClick?: Heard<MouseEvent, T>;
  readonly onInput?: Heard<Event, T>;
  readonly onChange?: Heard<Event, T>;
  readonly onBlur?: Heard<Event, T>;
  readonly onError?: Heard<Event, T>;
  readonly onScroll?: Heard<Event, T>;
  readonly onSubmit?: Heard<Event, T>;
  readonly onKeyDown?: Heard<KeyboardEvent, T>;
  readonly onPaste?: Heard<ClipboardEvent, T>;
  readonly onDragOver?: Heard<DragEvent, T>;
  readonly onDragLeave?: Heard<DragEvent, T>;
  readonly onDrop?: Heard<DragEvent, T>;
}

interface Drawing {
  readonly children?: Child;
  readonly [attribute: string]: Value | Child;
}

// The compiler looks for these names beside `jsx`.
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace JSX {
  type Element = VNode;
  type ElementType = string | ((props: never) => Child);
  type IntrinsicElements = {
    readonly [Tag in keyof HTMLElementTagNameMap]: Attributes<HTMLElementTagNameMap[Tag]>;
  } & { readonly [Tag in "svg" | "path" | "circle" | "rect"]: Drawing };
  interface IntrinsicAttributes {
    readonly key?: string | number;
  }
  interface ElementChildrenAttribute {
    readonly children: unknown;
  }
}

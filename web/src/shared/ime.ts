/** Enter while an input method composes chooses a word and must never send. */

export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  keyCode: number;
  isComposing: boolean;
}

/** 229 is what browsers report for a key the input method swallowed, also where isComposing is already false. */
export function isComposing(press: Pick<KeyPress, "isComposing" | "keyCode">): boolean {
  return press.isComposing || press.keyCode === 229;
}

export function meansSend(press: KeyPress): boolean {
  return press.key === "Enter" && !press.shiftKey && !press.altKey && !isComposing(press);
}

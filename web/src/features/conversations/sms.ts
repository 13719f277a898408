/** Pure: how many SMS a text takes, as the connector counts them. */
const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("\f^{}\\[~]|€");

export interface SmsCount {
  segments: number;
  /** Places that are free in the last one. */
  left: number;
}

/** A character of two places is never cut in two. */
export function countSms(text: string): SmsCount {
  const chars = [...text];
  const isPlain = chars.every((char) => BASIC.has(char) || EXTENDED.has(char));
  const sizes = chars.map((char) => (isPlain ? (EXTENDED.has(char) ? 2 : 1) : char.length));
  const [alone, each] = isPlain ? [160, 153] : [70, 67];
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= alone) return { segments: 1, left: alone - units };
  let [segments, used] = [1, 0];
  for (const size of sizes) {
    if (used + size > each) [segments, used] = [segments + 1, 0];
    used += size;
  }
  return { segments, left: each - used };
}

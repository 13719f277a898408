/** A random id, also where the page is not a secure context and randomUUID is missing. */
export function newEcho(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

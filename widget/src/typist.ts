/** Tells the other side that the customer is typing: at most every three seconds, and once when it stops. */

const EVERY_MS = 3_000;
const IDLE_MS = 4_000;

export class Typist {
  private lastOn = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tell: (on: boolean) => void,
    private readonly now: () => number = Date.now,
  ) {}

  typed(): void {
    if (this.now() - this.lastOn >= EVERY_MS) {
      this.lastOn = this.now();
      this.tell(true);
    }
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), IDLE_MS);
  }

  /** The message was sent, or the field left. `isQuiet`: the message itself says it. */
  stop(isQuiet = false): void {
    clearTimeout(this.idle);
    if (this.lastOn === 0) return;
    this.lastOn = 0;
    if (!isQuiet) this.tell(false);
  }
}

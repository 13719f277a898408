/** What could not leave for want of a network: sent again in order by itself, each conversation behind its own. */

interface Waits {
  id: number;
  echo: string;
}

interface Options<Letter> {
  /** True when the letter needs no further try; false when the network was away again. */
  post: (letter: Letter) => Promise<boolean>;
  onWait: (letter: Letter) => void;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

export class Outbox<Letter extends Waits> {
  private letters: Letter[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = FIRST_MS;
  private isSending = false;

  constructor(private readonly options: Options<Letter>) {}

  isWaiting(id: number): boolean {
    return this.letters.some((letter) => letter.id === id);
  }

  add(letter: Letter): void {
    if (!this.letters.some((other) => other.echo === letter.echo)) this.letters.push(letter);
    this.options.onWait(letter);
    window.addEventListener("online", this.hurry);
    window.addEventListener("beforeunload", warn);
    this.schedule();
  }

  private readonly hurry = (): void => {
    this.pause = FIRST_MS;
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.sendAll();
  };

  private schedule(): void {
    if (this.isSending || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.sendAll();
    }, this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_MS);
  }

  private async sendAll(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    let letter = this.letters[0];
    while (letter && (await this.options.post(letter))) {
      this.letters.shift();
      this.pause = FIRST_MS;
      letter = this.letters[0];
    }
    this.isSending = false;
    if (letter) return this.schedule();
    window.removeEventListener("online", this.hurry);
    window.removeEventListener("beforeunload", warn);
  }
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

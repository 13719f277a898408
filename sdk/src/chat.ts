/** A user's talk with the business: what was said, what waits to be sent, and how the connection stands. */

import { Api } from "./api";
import { quietly } from "./failures";
import { localStore, memoryStore, type Queued, type QueueStore } from "./queue";
import { Sender } from "./sender";
import { Stream, type Connection } from "./stream";
import type { Attachment, Config, Conversation, ConversationSummary, Frame, Message, Page, Session } from "./wire";

const RECEIPT_MS = 150;
const TYPING_MS = 6_000;
/** Where the network's coming and going is told: browsers and web views have it, other runtimes call `kick`. */
const network = (globalThis as { window?: Window }).window;
const POLL_AFTER = 3; // attempts without a stream; from then on each attempt reads the talk anew

export interface Options {
  /** Your Kaitak, such as `https://support.example.com`. */
  baseUrl: string;
  /** The identifier of the app inbox. */
  appId: string;
  /** Your own id of the signed-in user: the `sub` of the tokens. What waits to be sent is kept apart for each. */
  userId: string;
  /** Fetches a fresh identity token from your own server. */
  token: () => Promise<string>;
  store?: QueueStore;
}

export interface State {
  readonly connection: Connection;
  readonly config: Config | null;
  readonly conversation: Conversation | null;
  /** What the server has, oldest first. */
  readonly messages: readonly Message[];
  /** What waits to be sent, oldest first: show it below the messages. */
  readonly waiting: readonly Queued[];
  readonly unread: number;
  readonly hasMore: boolean;
  /** Who is typing at the other end. */
  readonly typing: string | null;
}

export class KaitakChat {
  state: State = { connection: "stopped", config: null, conversation: null, messages: [], waiting: [], unread: 0, hasMore: false, typing: null };
  private readonly api: Api;
  private readonly sender: Sender;
  private readonly stream: Stream;
  private readonly listeners = new Set<(state: State) => void>();
  private cursor: number | null = null;
  private loaded = false;
  private unsaid: { conversation_id: number; received?: number; seen?: number } | null = null;
  private readonly timers: Partial<Record<"receipt" | "typing", ReturnType<typeof setTimeout>>> = {};
  private readonly online = () => this.kick();
  private readonly offline = () => this.stream.lose();

  constructor(options: Options) {
    this.api = new Api(options.baseUrl, options.appId, options.token);
    const prefix = `kaitak:${options.appId}:${options.userId}:`;
    const store = options.store ?? (typeof localStorage === "undefined" ? memoryStore() : localStore(prefix));
    this.sender = new Sender(this.api, store, {
      changed: (waiting) => this.change({ waiting }),
      posted: ({ message, conversation }) => {
        this.change({ conversation });
        this.merge([message]);
      },
    });
    this.stream = new Stream(this.api, {
      prepare: (attempt) => this.prepare(attempt),
      frame: (frame) => this.heard(frame),
      state: (connection) => this.change({ connection }),
    });
  }

  /** Be told of every change, and at once of how things stand. Answers how to be told no more. */
  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
    return () => this.listeners.delete(listener);
  }

  /** Show what waits, connect, send. Resumes by itself after every loss until `stop`. */
  async start(): Promise<void> {
    await this.sender.load();
    network?.addEventListener("online", this.online);
    network?.addEventListener("offline", this.offline);
    this.stream.start();
    void this.sender.flush();
  }

  stop(): void {
    network?.removeEventListener("online", this.online);
    network?.removeEventListener("offline", this.offline);
    this.sender.stop();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.stream.stop();
  }

  /** Call it when the app comes to the foreground or the network is back. */
  kick(): void {
    this.stream.kick();
    void this.sender.flush();
  }

  /** Keep a message and send it as soon as that is possible. Rejects only if it cannot even be kept. */
  send(content: string, more: Pick<Queued, "submitted_value" | "attachment_ids"> = {}): Promise<void> {
    return this.sender.add({ ...more, content });
  }

  /** Tap one of a question's options. */
  choose(choice: { title: string; value: string }): Promise<void> {
    return this.send(choice.title, { submitted_value: choice.value });
  }

  /** Upload a file and send it; needs the network, and rejects with ChatError where it fails. */
  async sendFile(file: Blob, name: string, content = ""): Promise<void> {
    const form = new FormData();
    form.append("file", file, name);
    const stored = await this.api.call<Attachment>("POST", "/attachments", form);
    await this.send(content, { attachment_ids: [stored.id] });
  }

  /** Send what was refused again. */
  retry(echoId: string): Promise<void> {
    return this.sender.retry(echoId);
  }

  /** Forget what was refused. */
  discard(echoId: string): Promise<void> {
    return this.sender.remove(echoId);
  }

  /** The user has everything before their eyes. */
  async seen(): Promise<void> {
    await this.receipt({ seen: this.newest()?.seq ?? 0 });
  }

  /** Say that the user is typing; courtesy only, lost where there is no network. */
  async typing(on = true): Promise<void> {
    await quietly(this.api.call("POST", "/typing", { on }));
  }

  /** Answer the question how it was, 1 to 5. */
  async rate(messageId: number, rating: number, feedback = ""): Promise<void> {
    await this.api.call("POST", "/csat", { message_id: messageId, rating, feedback_message: feedback });
  }

  /** Read on into the past of the present conversation. */
  async loadOlder(limit = 30): Promise<void> {
    const first = this.state.messages.find((each) => each.conversation_id === this.state.conversation?.id);
    if (first === undefined) return;
    const page = await this.history(first.conversation_id, first.seq, limit);
    this.merge(page.payload);
    this.change({ hasMore: page.has_more });
  }

  /** A stretch of any of the user's conversations. */
  history(conversationId: number, before?: number, limit = 30): Promise<Page> {
    const from = before === undefined ? "" : `&before=${before}`;
    return this.api.call("GET", `/messages?conversation_id=${conversationId}&limit=${limit}${from}`);
  }

  conversations(): Promise<{ payload: ConversationSummary[]; meta: { next_cursor: string | null } }> {
    return this.api.call("GET", "/conversations");
  }

  private async prepare(attempt: number): Promise<number | null> {
    if (!this.loaded || attempt >= POLL_AFTER) {
      const session = await this.api.call<Session>("POST", "/session");
      const known = new Set(this.state.messages.map((each) => each.id));
      if (!session.messages.some((each) => known.has(each.id))) this.change({ messages: [] }); // no hole in the middle
      this.merge(session.messages);
      const { config, conversation, has_more, unread_count } = session;
      this.change({ config, conversation, hasMore: has_more, unread: unread_count });
      this.cursor = session.cursor;
      this.loaded = true;
    }
    return this.cursor;
  }

  private heard(frame: Frame): void {
    this.cursor = Math.max(this.cursor ?? 0, frame.id ?? 0, "cursor" in frame ? frame.cursor : 0);
    switch (frame.event) {
      case "message.created":
      case "message.updated":
        if (frame.data.author !== "me") this.showTyping(null);
        this.merge([frame.data]);
        break;
      case "conversation.updated":
        if (frame.data.id >= (this.state.conversation?.id ?? 0)) this.change({ conversation: frame.data });
        break;
      case "typing":
        this.showTyping(frame.data.on ? (frame.data.author_name ?? "") : null);
        break;
      case "reset":
        this.loaded = false;
        this.stream.lose();
        this.stream.kick();
        break;
      case "ready":
        void this.sender.flush();
        if (this.unsaid !== null) void this.receipt({});
        break;
      case "ping":
    }
  }

  private showTyping(typing: string | null): void {
    clearTimeout(this.timers.typing);
    this.change({ typing });
    if (typing !== null) this.timers.typing = setTimeout(() => this.showTyping(null), TYPING_MS);
  }

  /** Take messages in: each once, whichever way it came; what the server has no longer waits. */
  private merge(found: readonly Message[]): void {
    const known = new Map(this.state.messages.map((each) => [each.id, each]));
    const isNew = found.some((each) => !known.has(each.id) && each.author !== "me");
    for (const each of found) known.set(each.id, each);
    this.change({ messages: [...known.values()].sort((a, b) => a.id - b.id) });
    const stored = new Set(found.map((each) => each.echo_id));
    for (const item of this.state.waiting) if (stored.has(item.echo_id)) void this.sender.remove(item.echo_id);
    if (!isNew) return;
    clearTimeout(this.timers.receipt);
    this.timers.receipt = setTimeout(() => void this.receipt({ received: this.newest()?.seq ?? 0 }), RECEIPT_MS);
  }

  private newest(): Message | undefined {
    return this.state.messages.at(-1);
  }

  /** Say how far the talk has come here; what the network did not take is said again once it is back. */
  private async receipt(upTo: { received?: number; seen?: number }): Promise<void> {
    const conversation_id = this.newest()?.conversation_id;
    if (conversation_id === undefined) return;
    this.unsaid = { ...(this.unsaid?.conversation_id === conversation_id ? this.unsaid : {}), ...upTo, conversation_id };
    const answer = await quietly(this.api.call<{ unread_count: number }>("POST", "/receipts", this.unsaid));
    if (answer === undefined) return;
    this.unsaid = null;
    this.change({ unread: answer.unread_count });
  }

  private change(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener(this.state);
  }
}

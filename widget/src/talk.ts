/** The customer's side of the talk: session, line, outbox and state, joined; knows nothing of how it looks. */

import { ChatError, quietly } from "../../sdk/src/failures";
import type { Api, PageFacts } from "./api";
import { Arrivals } from "./arrivals";
import { Line, streamUrl } from "./line";
import { Outbox, type Outgoing, requestOf } from "./outbox";
import { exclusiveAmongTabs, Sender } from "./sender";
import { Session } from "./session";
import { seqRange } from "./state";
import type { Store } from "./storage";
import type { StateStore } from "./store";
import { Typist } from "./typist";
import type { Attachment, Choice, Frame, Message, Posted } from "../../sdk/src/wire";
import type { SessionReply } from "./wire";

const POLLS_A_SESSION = 5;

export interface TalkEvents {
  page(): PageFacts;
  ready(reply: SessionReply): void;
  refused(code: string): void;
  /** Messages of the other side that were not here before; never those that a first look shows. */
  arrived(messages: readonly Message[]): void;
  started(): void;
}

export class Talk {
  readonly outbox: Outbox;
  readonly session: Session;
  readonly typist: Typist;
  private readonly sender: Sender;
  private readonly line: Line;
  private readonly arrivals: Arrivals;
  private polls = 0;
  private cursor: number | null = null;

  constructor(
    readonly api: Api,
    readonly store: StateStore,
    private readonly disk: Store,
    lockName: string,
    private readonly events: TalkEvents,
  ) {
    this.outbox = new Outbox(disk, Date.now);
    this.arrivals = new Arrivals(api, store, (messages) => events.arrived(messages));
    this.typist = new Typist((on) => void quietly(api.typing(on)));
    this.session = new Session(api, disk, `${lockName}:session`, {
      page: () => events.page(),
      opened: (reply) => this.opened(reply),
      unreachable: () => store.dispatch({ type: "line", line: "lost" }),
      refused: (code) => events.refused(code),
    });
    this.sender = new Sender(this.outbox, exclusiveAmongTabs(`${lockName}:send`), {
      post: (item) => this.post(item),
      stored: (reply) => this.stored(reply),
      changed: () => this.showOutbox(),
      renew: () => this.session.renew(),
    });
    this.line = new Line(streamUrl(api.baseUrl), {
      hello: () => ({ type: "resume", visitor_token: this.session.visitorToken, after: this.cursor }),
      frame: (frame) => this.hear(frame),
      poll: () => this.poll(),
      state: (line) => store.dispatch({ type: "line", line }),
      refused: () => void this.session.renew(),
    });
  }

  /** Show what waits, listen to the browser, open the session. */
  async start(): Promise<void> {
    this.showOutbox();
    this.outbox.watch(() => this.outboxChangedElsewhere());
    this.disk.watch("visitor", (_key, token) => {
      if (token !== null) this.anotherVisitor();
    });
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.line.lose(true));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
    await this.session.open();
  }

  /** Listen for answers; a visitor who never wrote costs the server no socket. */
  listen(): void {
    if (this.store.state.hasSession && this.store.state.conversation !== null) this.line.start();
  }

  say(content: string, attachments: readonly Attachment[] = []): void {
    this.put({ content, attachments, page_url: location.href });
  }

  choose(choice: Choice): void {
    this.put({ content: choice.title, submitted_value: choice.value, attachments: [], page_url: location.href });
  }

  retry(echoId: string): void {
    this.outbox.retry(echoId);
    this.showOutbox();
    void this.sender.flush();
  }

  async loadEarlier(): Promise<void> {
    const { first } = seqRange(this.store.state);
    if (!this.store.state.hasMore || this.store.state.isLoadingEarlier || first <= 1) return;
    this.store.dispatch({ type: "loading_earlier", on: true });
    try {
      const reply = await this.api.messages("before", first);
      const hasMore = reply.has_more && reply.payload.length > 0;
      this.store.dispatch({ type: "earlier", messages: reply.payload, hasMore });
    } catch {
      this.store.dispatch({ type: "loading_earlier", on: false });
    }
  }

  /** All that is on the screen has been seen. */
  seen(): void {
    const { conversation } = this.store.state;
    const { last } = seqRange(this.store.state);
    if (conversation === null || last <= conversation.contact_last_seen_seq) return;
    this.store.dispatch({ type: "seen", seq: last });
    void quietly(this.api.seen(last));
  }

  /** Store a rating; throws ChatError, since the customer must know when it was lost. */
  async rate(messageId: number, rating: number, feedback: string): Promise<void> {
    const before = this.store.state.verdicts[messageId] ?? { rating: 0, feedback: "" };
    this.store.dispatch({ type: "verdict", messageId, verdict: { rating, feedback } });
    try {
      await this.api.csat(messageId, rating, feedback);
    } catch (error) {
      this.store.dispatch({ type: "verdict", messageId, verdict: before });
      throw error;
    }
  }

  /** Forget this visitor on this browser and begin as a new one. */
  async forget(): Promise<void> {
    this.line.stop();
    this.sender.stop();
    await quietly(this.api.reset());
    await this.session.renew(() => {
      this.outbox.clear();
      for (const key of ["identifier", "identified"]) this.disk.remove(key);
      this.anotherVisitor();
    });
  }

  private put(draft: Parameters<Outbox["add"]>[0]): void {
    this.outbox.add(draft);
    this.typist.stop(true);
    this.showOutbox();
    void this.sender.flush();
  }

  private async post(item: Outgoing): Promise<Posted> {
    if (!this.store.state.hasSession && !(await this.session.open())) throw new ChatError("offline", "no_session");
    try {
      return await this.api.send(requestOf(item));
    } catch (error) {
      // before the first message there is no socket that could tell
      if (this.store.state.conversation === null) this.store.dispatch({ type: "line", line: "lost" });
      throw error;
    }
  }

  private stored(reply: Posted): void {
    const isNew = this.store.state.conversation?.id !== reply.conversation.id;
    this.store.dispatch({ type: "conversation", conversation: reply.conversation });
    this.store.dispatch({ type: "messages", messages: [reply.message] });
    this.showOutbox();
    this.listen();
    if (isNew) this.events.started();
  }

  private opened(reply: SessionReply): void {
    const show = (): void => this.store.dispatch({ type: "session", reply });
    this.cursor = reply.cursor;
    if (this.store.state.hasSession) this.arrivals.take(reply.messages, show);
    else show();
    this.events.ready(reply);
    this.listen();
    void this.sender.flush();
  }

  private hear(frame: Frame): void {
    if (frame.id !== undefined) this.cursor = Math.max(this.cursor ?? 0, frame.id);
    switch (frame.event) {
      case "message.created":
      case "message.updated":
        this.arrivals.take([frame.data]);
        break;
      case "conversation.updated":
        this.store.dispatch({ type: "conversation", conversation: frame.data });
        break;
      case "typing":
        this.arrivals.typing(frame.data.on ? (frame.data.author_name ?? "") : null);
        break;
      case "reset":
        this.cursor = null;
        void this.catchUp().then(() => this.session.open());
        break;
      case "ready":
        this.cursor = frame.cursor;
        void this.sender.flush();
        break;
      case "ping":
    }
  }

  /** Without a socket nobody tells us of marks and owners: look at everything now and then. */
  private poll(): Promise<boolean> {
    this.polls += 1;
    return this.polls % POLLS_A_SESSION === 0 ? this.session.open() : this.catchUp();
  }

  private async catchUp(): Promise<boolean> {
    const reached = await this.arrivals.catchUp();
    if (reached) void this.sender.flush();
    return reached;
  }

  /** Another tab wrote or sent; it may have begun the conversation that this one knows nothing of. */
  private outboxChangedElsewhere(): void {
    this.showOutbox();
    const { conversation, pending } = this.store.state;
    if (conversation === null && pending.some((item) => item.stored)) void this.session.open();
  }

  private showOutbox(): void {
    this.store.dispatch({ type: "outbox", items: this.outbox.all() });
  }

  /** This tab or another one began anew: nothing of the former visitor may stay on the screen. */
  private anotherVisitor(): void {
    const hadSession = this.store.state.hasSession;
    this.line.stop();
    this.cursor = null;
    this.store.dispatch({ type: "forget" });
    this.showOutbox();
    if (hadSession && this.session.visitorToken !== null) void this.session.open();
  }

  private wake(): void {
    if (!this.store.state.hasSession) void this.session.open();
    this.line.kick();
    void this.sender.flush();
  }
}

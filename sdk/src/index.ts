/** The client of Kaitak's app channel, for mobile apps in TypeScript, web views and pages. */

export { ChatError, type FailureKind } from "./failures";
export { KaitakChat, type Options, type State } from "./chat";
export { localStore, memoryStore, type Queued, type QueueStore } from "./queue";
export type { Connection } from "./stream";
export type * from "./wire";

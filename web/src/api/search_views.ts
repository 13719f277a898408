/** What a search over all messages answers with. */

import type { Status } from "./views";

export interface FoundMessage {
  id: number;
  seq: number;
  content: string;
  message_type: "incoming" | "outgoing" | "activity" | "template";
  sender_type: string;
  private: boolean;
  created_at: string;
  display_id: number;
  status: Status;
  inbox_id: number;
  contact_id: number;
  contact_name: string;
}

export interface FoundMessages {
  meta: { next_cursor: string | null };
  payload: FoundMessage[];
}

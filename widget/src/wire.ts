/** What the server's widget API says and hears besides what every client of a talk does (sdk/src/wire.ts). */

import type { Beginning, Config, Post } from "../../sdk/src/wire";

/** As it came, or as an earlier visit kept it; empty before the first session. */
export type WidgetConfig = Partial<Config>;

export interface SessionReply extends Omit<Beginning, "config"> {
  readonly visitor_token?: string | null;
  readonly config: WidgetConfig;
}

export interface WidgetPost extends Post {
  readonly page_url?: string;
}

export interface Person {
  readonly name?: string;
  readonly email?: string;
  readonly phone_number?: string;
  readonly avatar_url?: string;
  readonly identifier_hash?: string;
}

export type CustomAttributes = Readonly<Record<string, string | number | boolean | null>>;

export interface IdentifyRequest {
  readonly identifier: string;
  readonly identifier_hash: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly phone_number: string | undefined;
  readonly custom_attributes: CustomAttributes;
}

/** Compile-time proof that what the server's own description promises is what the views in this folder expect. */
import type * as business from "@/api/business";
import type * as operations from "@/api/channel_operations";
import type { components } from "@/api/schema";
import type * as setUp from "@/api/set_up";
import type * as views from "@/api/views";

type Schemas = components["schemas"];

/** Fails to compile when `Server` could hold something that `Client` does not expect. */
type InStep<Client, Server extends Client> = [Client, Server];

/** What the server leaves open (any JSON) is narrowed here on purpose, field by field. */
type Narrowed<Server, Client, Fields extends keyof Server & keyof Client> = Omit<Server, Fields> & Pick<Client, Fields>;

export type Checked = [
  InStep<views.Named, Schemas["Person"]>,
  InStep<views.MessageLite, Narrowed<Schemas["LastMessage"], views.MessageLite, "sender_type">>,
  InStep<
    views.ConversationView,
    Narrowed<Schemas["ConversationView"], views.ConversationView, "custom_attributes" | "mood" | "handoff" | "last_message">
  >,
  InStep<views.MessageView, Narrowed<Schemas["MessageView"], views.MessageView, "content_attributes">>,
  InStep<views.AttachmentView, Schemas["AttachmentView"]>,
  InStep<views.ContactView, Narrowed<Schemas["ContactView"], views.ContactView, "custom_attributes">>,
  InStep<Omit<views.ConversationPage["data"], "payload">, Omit<Schemas["ConversationPage"], "payload">>,
  InStep<Omit<views.MessagePage, "payload">, Omit<Schemas["MessageList"], "payload">>,
  InStep<views.MailOriginal, Schemas["OriginalView"]>,
  InStep<views.Draft, Schemas["DraftView"]>,
  InStep<views.UserView, Narrowed<Schemas["UserView"], views.UserView, "ui_settings">>,
  InStep<views.Membership, Schemas["MembershipView"]>,
  InStep<views.Agent, Schemas["AgentView"]>,
  InStep<views.Team, Schemas["TeamView"]>,
  InStep<views.Label, Schemas["LabelView"]>,
  InStep<views.CannedResponse, Schemas["CannedResponseView"]>,
  InStep<
    Omit<setUp.InboxView, "config" | "settings">,
    Omit<Schemas["InboxView"], "config" | "settings">
  >,
  InStep<setUp.AccessToken, Schemas["AccessTokenView"]>,
  InStep<Omit<setUp.DeadLetter, "status">, Omit<Schemas["DeliveryView"], "status">>,
  InStep<setUp.Ledger, Schemas["LedgerView"]>,
  InStep<operations.InboxHealth, Schemas["InboxHealthView"]>,
  InStep<operations.ChannelFailure, Schemas["ChannelFailureView"]>,
  InStep<business.DeedPrepared, Schemas["DeedPrepared"]>,
  InStep<business.DeedResult, Schemas["DeedResultView"]>,
  InStep<business.ToldAccess, Schemas["ToldAccess"]>,
];

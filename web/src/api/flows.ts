/** Views of the pages about flows and wording, as the server's own description names them. */
import type { components } from "@/api/schema";
import type { Json } from "@/api/views";

type Schemas = components["schemas"];

export type PackState = Schemas["PackStateView"];
export type FlowBrief = Schemas["FlowView"];
export type FileBrief = Schemas["PackFileBrief"];
export type PackFile = Schemas["PackFileView"];
export type Fault = Schemas["PackFaultView"];
export type Drawing = Schemas["DrawingView"];
export type DrawnNode = Schemas["NodeView"];
export type DrawnEdge = Schemas["EdgeView"];
export type PackVersion = Schemas["PackVersionView"];
export type VersionFiles = Schemas["PackVersionFilesView"];
export type EditorNames = Schemas["PackSchemaView"];
export type TrialTurn = Omit<Schemas["TrialView"], "understanding" | "trace"> & { understanding: { [name: string]: Json }; trace: Json[] };
export type TrialCall = Schemas["TrialCall"];
export type Talks = Schemas["PackTalksView"];
export type PackTitle = Schemas["PackTitleView"];
export type LanguageModel = Schemas["LanguageModelView"];
export type LanguageModelForm = Schemas["LanguageModelForm"];
export type LanguageModelDay = Schemas["UsageView"];

/** Views of the understanding pages, as the server's own description names them. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Title = Schemas["TitleView"];
export type Pack = Schemas["PackView"];
export type Intent = Schemas["IntentView"];
export type ActiveModel = Schemas["ActiveView"];
export type Model = Schemas["ModelView"];
export type ModelList = Schemas["ModelList"];
export type Figures = Schemas["FiguresView"];
export type Gate = Schemas["GateView"];
export type Job = Schemas["JobView"];
export type Report = Schemas["ReportView"];
export type Confusion = Schemas["ConfusionView"];
export type IntentFigures = Schemas["IntentFigures"];
export type ReliabilityBin = Schemas["ReliabilityBin"];
export type CoveragePoint = Schemas["CoveragePoint"];
export type LanguageFigures = Schemas["LanguageFigures"];
export type Example = Schemas["ExampleView"];
export type ExampleList = Schemas["ExampleList"];
export type Batch = Schemas["BatchView"];
export type Import = Schemas["ImportView"];
export type CsvFault = Schemas["CsvFaultView"];
export type Audit = Schemas["AuditView"];
export type PlacedLine = Schemas["PlacedLine"];
export type Understood = Schemas["TryView"];
export type FoundEntity = Schemas["EntityView"];

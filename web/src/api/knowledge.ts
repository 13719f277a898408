/** Views of the knowledge pages, as the server's own description names them. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Article = Schemas["ArticleView"];
export type ArticleDetail = Schemas["ArticleDetail"];
export type ArticleList = Schemas["ArticleList"];
export type ArticleForm = Schemas["ArticleForm"];
export type ArticlePatch = Schemas["ArticlePatch"];
export type Version = Schemas["VersionView"];
export type Preview = Schemas["PreviewView"];
export type Piece = Schemas["PieceView"];
export type Facets = Schemas["FacetsView"];
export type Gap = Schemas["GapView"];
export type Answer = Schemas["AnswerView"];
export type Hit = Schemas["HitView"];
export type Imported = Schemas["ImportedView"];
export type ImportFault = Schemas["ImportFaultView"];
export type KnowledgeImport = Schemas["KnowledgeImportView"];
export type HelpCentre = Schemas["HelpCentreView"];
export type HelpCentreForm = Schemas["HelpCentreForm"];
export type Site = Schemas["SiteView"];
export type SitePage = Schemas["SitePageView"];
export type SitePageList = Schemas["SitePageList"];
export type SitePageDetail = Schemas["SitePageDetail"];
export type KeptPages = Schemas["KeptPages"];
export type ArticleLocale = Article["locale"];
export type Audience = Article["audience"];

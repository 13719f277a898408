/** The filters of the knowledge pages, kept in the address, and the places they lead to. */
export const FILTERS = ["audience", "validity", "locale", "status", "category", "tag", "review_due", "q"] as const;
export type ArticleFilter = Record<(typeof FILTERS)[number], string | null>;

/** What the address asks for; archived articles are shown only when they are asked for. */
export function filterOf(address: (name: string) => string | null): ArticleFilter {
  const found = Object.fromEntries(FILTERS.map((name) => [name, address(name)])) as ArticleFilter;
  return { ...found, status: found.status ?? "published", q: found.q?.trim() || null };
}

export function isFiltered(address: (name: string) => string | null): boolean {
  return FILTERS.some((name) => address(name) !== null);
}

/** Where an article is written from a question that nothing answers. */
export function placeOfNew(account: number, title = "", gap: number | null = null): string {
  const search = new URLSearchParams({ ...(title && { title }), ...(gap !== null && { gap: String(gap) }) }).toString();
  return `/a/${account}/knowledge/articles/new${search ? `?${search}` : ""}`;
}

export function placeOfArticle(account: number, id: number): string {
  return `/a/${account}/knowledge/articles/${id}`;
}

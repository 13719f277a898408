/** Pure: a mail's text by lines, and its HTML as a page for a frame that runs nothing and fetches nothing. */

/** What a frame may do, besides what its sandbox and the workbench's own policy forbid: show what lies in the mail itself. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";
/** Paper is white in every theme: mails say their own text colours. */
const LOOK = `html{color-scheme:light}body{margin:0;padding:16px;background:#fff;color:#1b2426;font:14px/1.6 -apple-system,"Segoe UI","PingFang HK","Microsoft JhengHei","Noto Sans HK","Noto Sans CJK HK",system-ui,sans-serif;overflow-wrap:anywhere}
img{max-width:100%;height:auto}img:not([src]){display:none}table{max-width:100%;border-collapse:collapse}td,th{padding:4px 8px;vertical-align:top}
blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:3px solid #c9d4d5;color:#4a5c60}pre{white-space:pre-wrap}a{color:#0b6670}`;

/** Pictures that are other parts of the mail (cid:) are among its files; a frame cannot show them. */
export function framed(html: string, nonce: string): string {
  const style = `<style nonce="${nonce.replace(/[^\w+/=-]/g, "")}">${LOOK}</style>`;
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><base target="_blank">${style}</head><body>${html.replace(/<img\b[^>]*\bsrc="cid:[^>]*>/gi, "")}</body></html>`;
}

export interface TextLine {
  at: number;
  line: string;
  isQuoted: boolean;
}

export function textLines(text: string): TextLine[] {
  return text.replace(/\r\n?/g, "\n").trimEnd().split("\n").map((line, at) => ({ at, line, isQuoted: /^\s{0,3}[>＞|]/.test(line) }));
}

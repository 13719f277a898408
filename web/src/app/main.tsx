/** Starts the workbench: language first, then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Workbench } from "@/app/Workbench";
import { setLocale } from "@/shared/i18n";
import { firstLocale } from "@/shared/preferences";
import "@/app/global.css";

giveNonce();
const root = document.getElementById("root");
if (!root) throw new Error("index.html lacks #root");
await setLocale(firstLocale());
createRoot(root).render(
  <StrictMode>
    <Workbench />
  </StrictMode>,
);

/** Libraries add style elements of their own: each gets the page's nonce, so that the strict policy lets them in. */
function giveNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  if (!nonce) return;
  const create = document.createElement.bind(document) as (name: string, options?: ElementCreationOptions) => HTMLElement;
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}

/** Starts the workbench: language first, then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Workbench } from "@/app/Workbench";
import { setLocale } from "@/shared/i18n";
import { firstLocale } from "@/shared/preferences";
import "@/app/global.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html lacks #root");
await setLocale(firstLocale());
createRoot(root).render(
  <StrictMode>
    <Workbench />
  </StrictMode>,
);

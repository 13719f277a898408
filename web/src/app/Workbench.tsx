/** Providers: theme, language, cache, routes. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import type { Locale as AntLocale } from "antd/es/locale";
import dayjs from "dayjs";
import { useEffect, useLayoutEffect, useState } from "react";
import { RouterProvider } from "react-router";
import { ProblemError, whenSignedOut } from "@/api/http";
import type { Locale } from "@/api/views";
import { router } from "@/app/routes";
import { paint, themeOf } from "@/app/theme";
import { useMedia, useRoom } from "@/shared/hooks/media";
import { useI18n } from "@/shared/i18n";
import { usePreferences } from "@/shared/preferences";
import { keys } from "@/shared/query_keys";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});
whenSignedOut(() => client.setQueryData(keys.me, null));

const ANT: Record<Locale, () => Promise<AntLocale>> = {
  "zh-HK": async () => {
    const [texts] = await Promise.all([import("antd/locale/zh_HK"), import("dayjs/locale/zh-hk")]);
    return texts.default;
  },
  "zh-CN": async () => {
    const [texts] = await Promise.all([import("antd/locale/zh_CN"), import("dayjs/locale/zh-cn")]);
    return texts.default;
  },
  en: async () => (await import("antd/locale/en_GB")).default,
};
const DAYJS: Record<Locale, string> = { "zh-HK": "zh-hk", "zh-CN": "zh-cn", en: "en" };
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

function useAntLocale(): AntLocale | undefined {
  const locale = useI18n((state) => state.locale);
  const [texts, setTexts] = useState<AntLocale>();
  useEffect(() => {
    let isCurrent = true;
    void ANT[locale]().then((loaded) => {
      dayjs.locale(DAYJS[locale]);
      if (isCurrent) setTexts(loaded);
    });
    return () => {
      isCurrent = false;
    };
  }, [locale]);
  return texts;
}

export function Workbench() {
  const chosen = usePreferences((state) => state.theme);
  const prefersDark = useMedia("(prefers-color-scheme: dark)");
  const isStill = useMedia("(prefers-reduced-motion: reduce)");
  const isPhone = useRoom() === "one";
  const texts = useAntLocale();
  const locale = useI18n((state) => state.locale);
  const mode = chosen === "system" ? (prefersDark ? "dark" : "light") : chosen;
  useLayoutEffect(() => paint(mode), [mode]);
  // Ant Design wraps its children once a locale is given: drawn without one first, all of them would mount twice.
  if (!texts) return null;
  return (
    <QueryClientProvider client={client}>
      <ConfigProvider
        theme={themeOf(mode, locale, isStill, isPhone)}
        button={{ autoInsertSpace: false }}
        locale={texts}
        {...(nonce ? { csp: { nonce } } : {})}
      >
        <App message={{ maxCount: 3, top: 12 }}>
          <RouterProvider router={router} />
        </App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}

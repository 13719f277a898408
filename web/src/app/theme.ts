/** The tokens: harbour teal, apron amber, red only for breach, green only for done; light and dark both designed. */
import { theme as antd, type ThemeConfig } from "antd";
import type { Locale } from "@/api/views";

export type Mode = "light" | "dark";

const HANT = '"PingFang HK", "Microsoft JhengHei", "Noto Sans HK", "Noto Sans CJK HK"';
const HANS = '"PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC"';

/** Glyph forms follow the language; system fonts only. */
function fontsOf(locale: Locale): string {
  const [first, second] = locale === "zh-CN" ? [HANS, HANT] : [HANT, HANS];
  return `-apple-system, BlinkMacSystemFont, "Segoe UI", ${first}, ${second}, system-ui, sans-serif`;
}

const SHARED = {
  fontSize: 14,
  lineHeight: 1.6,
  borderRadius: 8,
  controlHeight: 32,
  sizeUnit: 4,
  motionUnit: 0.03,
  motionDurationFast: "0.06s",
  motionDurationMid: "0.1s",
  motionDurationSlow: "0.14s",
  wireframe: false,
} as const;

const LIGHT = {
  colorPrimary: "#0e7c86",
  colorWarning: "#d98e04",
  colorError: "#c8352b",
  colorSuccess: "#2b7a3f",
  colorInfo: "#0e7c86",
  colorLink: "#0b6670",
  colorTextBase: "#12262a",
  colorTextSecondary: "#4a5c60",
  colorTextTertiary: "#5a6d72",
  colorTextPlaceholder: "#5f7277",
  colorBgLayout: "#f3f6f6",
  colorPrimaryBg: "#e4f2f2",
  colorSuccessBg: "#e4f4e8",
  colorSuccessText: "#216633",
  colorErrorBg: "#fdecea",
  colorErrorText: "#a82a21",
  colorErrorBorder: "#f0b5b0",
  colorWarningBorder: "#ecca85",
  colorBorder: "#cfd9da",
  colorBorderSecondary: "#e4eaea",
};

const DARK = {
  colorPrimary: "#2ba3ad",
  colorWarning: "#e0a52e",
  colorError: "#ea6a5f",
  colorSuccess: "#63b877",
  colorInfo: "#2ba3ad",
  colorLink: "#5cc3cb",
  colorTextBase: "#e6eeee",
  colorTextSecondary: "#a9b8ba",
  colorTextTertiary: "#8b9c9f",
  colorTextPlaceholder: "#7f9093",
  colorBgBase: "#101819",
  colorBgLayout: "#0c1213",
  colorBgContainer: "#131c1e",
  colorBgElevated: "#1a2527",
  colorPrimaryBg: "#14343a",
  colorSuccessBg: "#16301f",
  colorSuccessText: "#84cf96",
  colorErrorBg: "#3a1c1a",
  colorErrorText: "#f0938b",
  colorErrorBorder: "#6e332e",
  colorWarningBorder: "#6b5423",
  colorBorder: "#33454a",
  colorBorderSecondary: "#22302f",
};

/** White words on the dark theme's own teal would be hard to read. */
const DARK_BUTTON = { colorPrimary: "#137780", colorPrimaryHover: "#17858f", colorPrimaryActive: "#0f666e", colorError: "#ef8078", colorErrorHover: "#f4978f", dangerColor: "#2a0f0c", algorithm: false };

/** On a phone everything that is tapped is 44 px high, and no field is so small that the browser zooms in. */
const PHONE = { controlHeight: 44, controlHeightSM: 44, controlHeightLG: 48 } as const;

export function themeOf(mode: Mode, locale: Locale, isStill: boolean, isPhone = false): ThemeConfig {
  return {
    algorithm: mode === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: { key: "kaitak" },
    token: { ...SHARED, ...(mode === "dark" ? DARK : LIGHT), ...(isPhone ? PHONE : {}), fontFamily: fontsOf(locale), motion: !isStill },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", fontWeight: 500, ...(mode === "dark" ? DARK_BUTTON : {}) },
      Segmented: { itemSelectedBg: mode === "dark" ? "#24464b" : "#ffffff", ...(isPhone ? { trackPadding: 0 } : {}) },
      ...(isPhone ? { Input: { inputFontSize: 16, inputFontSizeSM: 16 }, InputNumber: { inputFontSize: 16, inputFontSizeSM: 16 } } : {}),
      Tooltip: { colorBgSpotlight: mode === "dark" ? "#33454a" : "#12262a" },
    },
  };
}

/** What Ant Design has no token for: authors, notes, the rail. */
const OWN: Record<Mode, Record<string, string>> = {
  light: {
    "--k-teal": "#0e7c86",
    "--k-teal-ink": "#0b5f68",
    "--k-amber": "#d98e04",
    "--k-amber-ink": "#8a5a00",
    "--k-canvas": "#f3f6f6",
    "--k-person-bg": "#d6ebec",
    "--k-person-ink": "#0e2b2f",
    "--k-bot-bg": "#eef5f4",
    "--k-bot-line": "#a9cbcb",
    "--k-note-bg": "#fdf5e2",
    "--k-note-strong": "#f7e6bd",
    "--k-rail": "#0b3d43",
    "--k-rail-ink": "#cfe3e4",
    "--k-rail-on": "#ffffff",
    "--k-rail-on-bg": "rgb(255 255 255 / 16%)",
    "--k-face-bg": "90%",
    "--k-face-ink": "27%",
  },
  dark: {
    "--k-teal": "#15828c",
    "--k-teal-ink": "#6fcdd4",
    "--k-amber": "#e0a52e",
    "--k-amber-ink": "#e9bd62",
    "--k-canvas": "#0c1213",
    "--k-person-bg": "#164850",
    "--k-person-ink": "#e6f3f3",
    "--k-bot-bg": "#142528",
    "--k-bot-line": "#33595e",
    "--k-note-bg": "#2b2415",
    "--k-note-strong": "#453818",
    "--k-rail": "#081011",
    "--k-rail-ink": "#93a9ab",
    "--k-rail-on": "#e6f3f3",
    "--k-rail-on-bg": "rgb(255 255 255 / 11%)",
    "--k-face-bg": "24%",
    "--k-face-ink": "82%",
  },
};

/** Set by script on the root element, which a strict policy allows. */
export function paint(mode: Mode): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(OWN[mode])) root.style.setProperty(name, value);
  root.style.setProperty("color-scheme", mode);
  root.style.setProperty("background", OWN[mode]["--k-canvas"] ?? "");
  root.dataset["theme"] = mode;
}

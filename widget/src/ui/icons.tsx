/** The few drawings of the window; all decoration, the words beside them carry the meaning. */

import type { Child, JSX } from "../dom/vnode";

function Drawing(props: { children: Child; size?: number }): JSX.Element {
  const size = props.size ?? 20;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {props.children}
    </svg>
  );
}

export const ChatIcon = (): JSX.Element => (
  <Drawing size={28}>
    <path d="M21 11.5a8.4 8.4 0 0 1-8.5 8.3 8.7 8.7 0 0 1-3.7-.8L3 21l1.9-5.2A8.2 8.2 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3 8.4 8.4 0 0 1 8.5 8.3z" />
    <path d="M8.8 11.6h.01M12.5 11.6h.01M16.2 11.6h.01" />
  </Drawing>
);
export const DownIcon = (props: { size?: number }): JSX.Element => (
  <Drawing size={props.size ?? 28}>
    <path d="m6 9 6 6 6-6" />
  </Drawing>
);
export const CloseIcon = (props: { size?: number }): JSX.Element => (
  <Drawing size={props.size ?? 20}>
    <path d="M18 6 6 18M6 6l12 12" />
  </Drawing>
);
export const SendIcon = (): JSX.Element => (
  <Drawing>
    <path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />
  </Drawing>
);
export const ClipIcon = (): JSX.Element => (
  <Drawing>
    <path d="m20.5 11.5-8.4 8.4a5.4 5.4 0 0 1-7.6-7.6l8.4-8.5a3.6 3.6 0 0 1 5.1 5.1l-8.5 8.4a1.8 1.8 0 0 1-2.5-2.5l7.8-7.8" />
  </Drawing>
);
export const BotIcon = (): JSX.Element => (
  <Drawing size={18}>
    <rect x="4" y="8" width="16" height="11" rx="3" />
    <path d="M12 8V4.5M9 13v1M15 13v1M2 13v2M22 13v2" />
  </Drawing>
);
export const FileIcon = (): JSX.Element => (
  <Drawing size={18}>
    <path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5" />
  </Drawing>
);
export const RetryIcon = (): JSX.Element => (
  <Drawing size={16}>
    <path d="M3.5 12a8.5 8.5 0 1 0 2.6-6.1L3.5 8.4M3.5 3.5v4.9h4.9" />
  </Drawing>
);

const MOUTHS = ["M8 17c1-2 2.4-3 4-3s3 1 4 3", "M8.5 16.4c1-1 2.2-1.4 3.5-1.4s2.5.4 3.5 1.4", "M8.5 15.5h7", "M8.5 14.6c1 1 2.2 1.4 3.5 1.4s2.5-.4 3.5-1.4", "M8 14c.8 2 2.2 3 4 3s3.2-1 4-3z"];

/** One of five faces, from very bad (1) to very good (5). */
export const FaceIcon = (props: { rating: number }): JSX.Element => (
  <Drawing size={30}>
    <circle cx="12" cy="12" r="9.5" />
    <path d="M8.8 9.5h.01M15.2 9.5h.01" stroke-width="2.6" />
    <path d={MOUTHS[props.rating - 1] ?? ""} stroke-width="1.8" />
  </Drawing>
);

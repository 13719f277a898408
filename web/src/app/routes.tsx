/** Where everything is; each page is its own chunk. */
import { createHashRouter, Navigate } from "react-router";
import { Home, SignedIn } from "@/app/SignedIn";
import { PageProblem } from "@/app/PageProblem";
import { SignInPage } from "@/features/auth/components/SignInPage";

export const router = createHashRouter([
  { path: "/signin/:token?", element: <SignInPage />, errorElement: <PageProblem /> },
  { path: "/", element: <Home />, errorElement: <PageProblem /> },
  {
    path: "/a/:account",
    element: <SignedIn />,
    errorElement: <PageProblem />,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Navigate to="conversations" replace /> },
      { path: "conversations/:id?", lazy: async () => ({ Component: (await import("@/app/pages/InboxPage")).InboxPage }) },
      { path: "contacts/:section?/:sub?", lazy: async () => ({ Component: (await import("@/app/pages/ContactsPage")).ContactsPage }) },
      { path: "deliveries", lazy: async () => ({ Component: (await import("@/app/pages/DeliveriesPage")).DeliveriesPage }) },
      { path: "understanding/:section?", lazy: async () => ({ Component: (await import("@/app/pages/UnderstandingPage")).UnderstandingPage }) },
      { path: "flows/:section?/:name?", lazy: async () => ({ Component: (await import("@/app/pages/FlowsPage")).FlowsPage }) },
      { path: "knowledge/:section?/:id?", lazy: async () => ({ Component: (await import("@/app/pages/KnowledgePage")).KnowledgePage }) },
      { path: "settings/:section?", lazy: async () => ({ Component: (await import("@/app/pages/SettingsPage")).SettingsPage }) },
      { path: "*", element: <PageProblem isMissing /> },
    ],
  },
  { path: "*", element: <PageProblem isMissing /> },
]);

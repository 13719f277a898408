import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ChannelView } from "@/api/set_up";
import { InboxForm } from "@/features/settings/components/InboxForm";
import { setLocale } from "@/shared/i18n";
import { SessionContext, type Session } from "@/shared/session";

const channel = (name: string, base: string): ChannelView => ({
  name,
  capabilities: {},
  config_schema: {
    properties: { access_token: { type: "string", format: "password", writeOnly: true }, api_base: { type: "string", default: base, advanced: true } },
    required: ["access_token"],
  },
} as unknown as ChannelView);

beforeAll(() => setLocale("en"));
afterEach(cleanup);

describe("a new inbox", () => {
  it("sends a platform nothing that was typed or preset for another", async () => {
    const sent: unknown[] = [];
    vi.stubGlobal("fetch", vi.fn((input: RequestInfo | URL, init?: RequestInit) => {
      const path = String(input instanceof Request ? input.url : input);
      if (init?.method === "POST") sent.push([path.split("/").pop(), JSON.parse(String(init.body))]);
      return Promise.resolve(Response.json(path.includes("agents") ? [] : { name: "Shop", payload: [] }));
    }));
    const channels = [channel("whatsapp", "https://graph.facebook.com"), channel("line", "https://api.line.me")];
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const session = { account: { id: 1, role: "administrator" } } as unknown as Session;
    render(<SessionContext value={session}><QueryClientProvider client={client}><InboxForm inbox={null} channels={channels} onDone={() => undefined} onClose={() => undefined} /></QueryClientProvider></SessionContext>);
    fireEvent.change(screen.getByLabelText("Access token"), { target: { value: "of-whatsapp" } });
    fireEvent.mouseDown(screen.getAllByRole("combobox")[0]!);
    fireEvent.click(await screen.findByText("LINE"));
    await screen.findByDisplayValue("https://api.line.me");
    fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Line" } });
    fireEvent.change(screen.getByLabelText("Access token"), { target: { value: "of-line" } });
    fireEvent.submit(screen.getByRole("button", { name: "Test and save" }).closest("form")!);
    await waitFor(() => expect(sent.length).toBeGreaterThan(0));
    expect(sent[0]).toEqual(["check", { channel: "line", config: { access_token: "of-line", api_base: "https://api.line.me" } }]);
  });
});

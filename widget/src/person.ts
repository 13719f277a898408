/** Who the page says the visitor is: sent only with the shop's signature, kept apart for each person at one browser. */

import { ChatError } from "../../sdk/src/failures";
import type { Api } from "./api";
import type { Store } from "./storage";
import type { CustomAttributes, Person } from "./wire";

interface Claim {
  readonly identifier: string;
  readonly person: Person & { readonly identifier_hash: string };
}

export interface IdentityEvents {
  hasSession(): boolean;
  /** Another person uses this browser now. */
  forget(): Promise<void>;
  /** The server joined this visitor to a known customer: what it shows may have changed. */
  identified(): void;
  failed(code: string): void;
}

export class Identity {
  private claim: Claim | null = null;
  private last: Promise<void> = Promise.resolve();
  private attributes: Record<string, string | number | boolean | null> = {};

  constructor(
    private readonly api: Api,
    private readonly disk: Store,
    private readonly events: IdentityEvents,
  ) {}

  setUser(identifier: unknown, person: Person = {}): void {
    const { identifier_hash: signature } = person;
    if ((typeof identifier !== "string" && typeof identifier !== "number") || String(identifier) === "") {
      this.events.failed("identifier_missing");
      return;
    }
    if (typeof signature !== "string" || signature === "") {
      this.events.failed("identity_required");
      return;
    }
    this.claim = { identifier: String(identifier), person: { ...person, identifier_hash: signature } };
    void this.send();
  }

  setAttributes(attributes: CustomAttributes): void {
    this.attributes = { ...this.attributes, ...attributes };
    void this.send();
  }

  deleteAttribute(key: string): void {
    this.setAttributes({ [key]: null });
  }

  clear(): void {
    this.claim = null;
    this.attributes = {};
  }

  /** Send what is not known to the server yet; called again when the session stands. One at a time. */
  send(): Promise<void> {
    this.last = this.last.then(() => this.sendNow());
    return this.last;
  }

  private async sendNow(): Promise<void> {
    const { claim } = this;
    if (claim === null || !this.events.hasSession()) return;
    const facts = JSON.stringify({ ...claim, attributes: this.attributes });
    const [knownAs, knownFacts] = [this.disk.get("identifier"), this.disk.get("identified")];
    if (knownAs === claim.identifier && knownFacts === facts) return;
    if (knownAs !== null && knownAs !== claim.identifier) await this.events.forget();
    const { name, email, phone_number, identifier_hash } = claim.person;
    try {
      // JSON leaves out what is undefined, and with it what the page did not say
      await this.api.identify({
        identifier: claim.identifier,
        identifier_hash,
        name,
        email,
        phone_number,
        custom_attributes: this.attributes,
      });
      this.disk.set("identifier", claim.identifier);
      this.disk.set("identified", facts);
      this.events.identified();
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.kind !== "refused") return;
      this.claim = null; // the same claim would be refused again
      this.events.failed(error.code);
    }
  }
}

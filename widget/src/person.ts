/** Who the page says the visitor is: sent only with the shop's signature, kept apart for each person at one browser. */

import { type Api, ApiError } from "./api";
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
  private attributes: Record<string, string | number | boolean | null> = {};

  constructor(
    private readonly api: Api,
    private readonly disk: Store,
    private readonly events: IdentityEvents,
  ) {}

  setUser(identifier: unknown, person: Person = {}): void {
    const { identifier_hash: signature } = person;
    if ((typeof identifier !== "string" && typeof identifier !== "number") || String(identifier) === "") {
      return this.events.failed("identifier_missing");
    }
    if (typeof signature !== "string" || signature === "") return this.events.failed("identity_required");
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

  /** Send what is not known to the server yet; called again when the session stands. */
  async send(): Promise<void> {
    const { claim } = this;
    if (claim === null || !this.events.hasSession()) return;
    const known = this.disk.get("identified");
    const knownAs = known === null ? null : (JSON.parse(known) as { identifier: string; facts: string });
    const { name, email, phone_number, identifier_hash } = claim.person;
    const body = {
      identifier: claim.identifier,
      identifier_hash,
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
      ...(phone_number === undefined ? {} : { phone_number }),
      ...(Object.keys(this.attributes).length === 0 ? {} : { custom_attributes: this.attributes }),
    };
    const facts = JSON.stringify(body);
    if (knownAs?.identifier === claim.identifier && knownAs.facts === facts) return;
    if (knownAs !== null && knownAs.identifier !== claim.identifier) {
      this.disk.remove("identified");
      await this.events.forget();
    }
    try {
      await this.api.identify(body);
      this.disk.set("identified", JSON.stringify({ identifier: claim.identifier, facts }));
      this.events.identified();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind === "refused") this.events.failed(error.code);
    }
  }
}

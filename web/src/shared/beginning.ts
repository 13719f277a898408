/** Which customer is about to be written to first; the dialog for it stands at the frame, buttons are everywhere. */
import { create } from "zustand";

interface Beginning {
  isOpen: boolean;
  /** Null: whoever writes looks for the customer first. */
  contact: number | null;
}

export const useBeginning = create<Beginning>()(() => ({ isOpen: false, contact: null }));

export function beginWith(contact: number | null): void {
  useBeginning.setState({ isOpen: true, contact });
}

export function endBeginning(): void {
  useBeginning.setState({ isOpen: false });
}

/** Faults in the reader's language: the check speaks English, the commonest of its sentences are known here. Pure. */
import type { Fault } from "@/api/flows";

const KNOWN: [RegExp, string][] = [
  [/^there is no (step|slot|flow|intent|entity|wording|read|deed) (.+)$/, "no_$1"],
  [/^step (\S+) is never reached$/, "unreached"],
  [/^step (\S+) can come round without waiting/, "circle"],
  [/^(\S+) can be reached without a confirm$/, "unconfirmed"],
  [/^slot (\S+) is never used$/, "unused_slot"],
  [/^nobody says (\S+)$/, "unsaid"],
  [/^a key twice or not plain$/, "twice"],
  [/^expression `(.*)$/s, "expression"],
  [/^(.+): Extra inputs are not permitted$/, "extra"],
  [/^(.+): Field required$/, "missing"],
  [/^the file is empty$/, "empty"],
  [/^wording (\S+) is not in every language$/, "everywhere"],
  [/^wording (\S+) is missing$/, "needed"],
  [/^flow \S+ lies in/, "file_name"],
  [/^nothing starts flow/, "unstarted"],
  [/^intent (\S+) does not lead to this flow$/, "not_named"],
  [/^(?:there is nothing called|nothing is called|unknown(?: name| path)?:?) (.+)$/, "unknown_path"],
  [/^(?:mapping values|could not find|did not find|expected |while (?:parsing|scanning)|found )/, "yaml"],
];

/** The key of a fault's text and what it is about; null where only the check's own words will do. */
export function known(fault: Fault): { key: string; name: string } | null {
  for (const [pattern, key] of KNOWN) {
    const found = pattern.exec(fault.problem);
    if (found) return { key: `flows.fault.${key.replace("$1", found[1] ?? "")}`, name: found.at(-1) ?? "" };
  }
  return null;
}

/** Faults in the reader's language: the check speaks English, the commonest of its sentences are known here. Pure. */
import type { Fault } from "@/api/flows";

/** A fault's sentence, the key of its text, and what kind of remedy it has. */
const KNOWN: [RegExp, string, string][] = [
  [/^there is no (step|slot|flow|intent|entity|wording|read|deed) (.+)$/, "no_$1", "name"],
  [/^step (\S+) is never reached$/, "unreached", "connect"],
  [/^step (\S+) can come round without waiting/, "circle", "circle"],
  [/^(\S+) can be reached without a confirm$/, "unconfirmed", "confirm"],
  [/^slot (\S+) is never used$/, "unused_slot", "unused"],
  [/^nobody says (\S+)$/, "unsaid", "unused"],
  [/^a key twice or not plain$/, "twice", "yaml"],
  [/^expression `(.*)$/s, "expression", "expression"],
  [/^(.+): Extra inputs are not permitted$/, "extra", "name"],
  [/^(.+): Field required$/, "missing", "add"],
  [/^the file is empty$/, "empty", "add"],
  [/^wording (\S+) is not in every language$/, "everywhere", "languages"],
  [/^wording (\S+) is missing$/, "needed", "languages"],
  [/^flow \S+ lies in/, "file_name", "name"],
  [/^nothing starts flow/, "unstarted", "connect"],
  [/^intent (\S+) does not lead to this flow$/, "not_named", "connect"],
  [/^(?:there is nothing called|nothing is called|unknown(?: name| path)?:?) (.+)$/, "unknown_path", "name"],
  [/^there is no other slot (.+)$/, "no_slot", "name"],
  [/^there is no filter ([^;]+)/, "no_filter", "name"],
  [/^flow \S+ has no slot (.+)$/, "no_slot", "name"],
  [/^flow \S+ does not name the intent (.+)$/, "flow_unnamed", "connect"],
  [/^intent (\S+) has (?:no end|more than one end)$/, "intent_ends", "one"],
  [/^intent (\S+) is written twice$/, "written_twice", "one"],
  [/^intent (\S+) has fewer than/, "few_lines", "add"],
  [/^the name (.+) is given twice$/, "written_twice", "one"],
  [/^the example is also under (.+)$/, "written_twice", "one"],
  [/^\S+ needs (\S+)$/, "needs", "arguments"],
  [/^\S+ takes no (\S+)$/, "takes_no", "arguments"],
  [/^(\S+) takes \S+/, "takes", "arguments"],
  [/^\S+ runs (\S+) again$/, "runs_again", "connect"],
  [/^(\S+) is not a list of facts$/, "no_list", "name"],
  [/^a row has no (.+)$/, "no_field", "name"],
  [/has no (\S+); it has/, "no_field", "name"],
  [/^`normal` names a group/, "no_group", "name"],
  [/^a placeholder that the first language lacks/, "placeholder", "languages"],
  [/^not a regular expression: (.+)$/, "pattern", "value"],
  [/^the reason (\S+) has no words/, "reason_unsaid", "languages"],
  [/^the folder (?:\S+ .*)?holds no/, "folder_empty", "add"],
  [/^the lines of an intent are taught/, "taught", "undo"],
  [/^the file is missing/, "file_missing", "add"],
  [/^the file is too large/, "file_large", "shorten"],
  [/^not UTF-8/, "not_utf8", "yaml"],
  [/^YAML alias/, "alias", "yaml"],
  [/a slot has exactly one of/, "slot_ways", "one"],
  [/write either intent or intents/, "either_intent", "one"],
  [/a turn has exactly one of/, "turn_ways", "one"],
  [/time_out_after must be longer/, "times", "value"],
  [/^\{([^}]+)\}: /, "unknown_path", "name"],
  [/^(.+): Input should be/, "wrong_type", "value"],
  [/^(.+): (?:String|List|Dictionary|Value|Tuple) should/, "wrong_form", "value"],
  [/^(?:mapping values|could not find|did not find|expected |while (?:parsing|scanning)|found |not YAML)/, "yaml", "yaml"],
];

export interface Known {
  key: string;
  name: string;
  remedy: string;
}

/** The keys of a fault's text and remedy, and what it is about; null where only the check's own words will do. */
export function known(fault: Fault): Known | null {
  for (const [pattern, key, remedy] of KNOWN) {
    const found = pattern.exec(fault.problem);
    if (found) return { key: `flows.fault.${key.replace("$1", found[1] ?? "")}`, name: found.at(-1) ?? "", remedy: `flows.remedy.${remedy}` };
  }
  return null;
}

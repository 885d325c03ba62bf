import { createContext, use } from "react";

import type { RuleValues } from "./values";
import type { Preset } from "@/api/contract";

/** What the parts of the form share. */
export interface RuleFormParts {
  values: RuleValues;
  change: (changed: Partial<RuleValues>) => void;
  /** What is wrong with a setting, as far as it was touched. */
  errorOf: (name: keyof RuleValues) => string | undefined;
  /** What is wrong with the condition at a place of the form. */
  conditionError: (index: number) => string | undefined;
  /** The rule has a secret already, which stays when none is given. */
  hasStoredSecret: boolean;
  /** The rule is in use: changes have consequences. */
  isStored: boolean;
  preset: Preset | undefined;
}

export const RuleFormContext = createContext<RuleFormParts | null>(null);

/** The form that a part is in. */
export function useRuleForm(): RuleFormParts {
  const parts = use(RuleFormContext);
  if (!parts) throw new Error("not in the form of a rule");
  return parts;
}

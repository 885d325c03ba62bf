// Everything that people read. One object for each language, all of the same shape; a text stands in the
// file of its feature. Names in braces are filled in by fill(), fillNodes() and plural().

import { access } from "./en/access";
import { account } from "./en/account";
import { apiKeys } from "./en/api-keys";
import { audit } from "./en/audit";
import { guides } from "./en/guides";
import { instance } from "./en/instance";
import { invitation } from "./en/invitation";
import { members } from "./en/members";
import { onboarding } from "./en/onboarding";
import { organization } from "./en/organization";
import { overview } from "./en/overview";
import { palette } from "./en/palette";
import { passwords } from "./en/passwords";
import { playground } from "./en/playground";
import { providers } from "./en/providers";
import { reset } from "./en/reset";
import { settings } from "./en/settings";
import { setup } from "./en/setup";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";
import { signingKeys } from "./en/signing-keys";
import { threads } from "./en/threads";
import { ui } from "./en/ui";
import { users } from "./en/users";
import { workspaces } from "./en/workspaces";

const en = {
  access,
  account,
  apiKeys,
  audit,
  guides,
  instance,
  invitation,
  members,
  onboarding,
  organization,
  overview,
  palette,
  passwords,
  playground,
  providers,
  reset,
  settings,
  setup,
  shell,
  signIn,
  signingKeys,
  threads,
  ui,
  users,
  workspaces,
};

type Widened<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Widened<Item>[]
    : { [Key in keyof T]: Widened<T[Key]> };

/** The shape that each language has. */
export type Language = Widened<typeof en>;

const languages: Record<string, Language> = { en };

/** The texts in the page's language. Typed by the English ones, so that the names in braces are checked. */
export const text = (languages[document.documentElement.lang] ?? en) as typeof en;

export { fill, fillNodes, number, plural } from "./fill";

import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

import { longest, type Rate } from "./strength";

const factory = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  maxLength: longest,
});

/** Rates with the dictionaries that the server's own check has, too. */
export const rate: Rate = (password, own) => factory.check(password, [...own, "threadkeep"]).score;

import { expect, test } from "vitest";

import { givesUpRights, isLastOwner, rolesToGrant } from "./roles";
import type { MemberView, Role } from "@/api/contract";

function member(id: string, role: Role, isYou = false): MemberView {
  return {
    operator_id: id,
    email: `${id}@example.com`,
    name: id,
    role,
    is_you: isYou,
    joined_at: "2026-09-21T00:00:00.000Z",
    last_sign_in_at: null,
  };
}

test("nobody grants more than they have, and members grant nothing", () => {
  expect(rolesToGrant("owner")).toEqual(["owner", "admin", "member"]);
  expect(rolesToGrant("admin")).toEqual(["admin", "member"]);
  expect(rolesToGrant("member")).toEqual([]);
});

test("the last owner is an owner without another beside them", () => {
  const ann = member("ann", "owner", true);
  const bob = member("bob", "admin");
  expect(isLastOwner(ann, [ann, bob])).toBe(true);
  expect(isLastOwner(bob, [ann, bob])).toBe(false);
  expect(isLastOwner(ann, [ann, member("cid", "owner")])).toBe(false);
});

test("only a lower role for oneself gives up rights", () => {
  expect(givesUpRights(member("ann", "owner", true), "admin")).toBe(true);
  expect(givesUpRights(member("ann", "admin", true), "admin")).toBe(false);
  expect(givesUpRights(member("bob", "owner"), "member")).toBe(false);
});

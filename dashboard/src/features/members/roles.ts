import type { MemberView, Role } from "@/api/contract";
import { allows } from "@/api/session";

const roles: readonly Role[] = ["owner", "admin", "member"];

/** The roles that somebody of `role` may give and take, the highest first: nobody makes their betters. */
export function rolesToGrant(role: Role): Role[] {
  if (!allows(role, "admin")) return [];
  return roles.filter((granted) => allows(role, granted));
}

/** True when `member` is the one owner that an organization cannot do without. */
export function isLastOwner(member: MemberView, members: readonly MemberView[]): boolean {
  const owners = members.filter((each) => each.role === "owner");
  return member.role === "owner" && owners.length === 1;
}

/** True when a change of one's own role takes rights away that one could not give back to oneself. */
export function givesUpRights(member: MemberView, role: Role): boolean {
  return member.is_you && !allows(role, member.role);
}

import { Link } from "@tanstack/react-router";
import clsx from "clsx";

import { useProjectId } from "@/api/projects";

interface UserNameProps {
  id: string;
  /** What their provider says they are called. */
  name: string | null;
}

/** A user by their name, else by their id, which looks like one. */
export function UserName({ id, name }: UserNameProps) {
  return name === null || name === "" ? <span className="font-mono text-[13px]">{id}</span> : <>{name}</>;
}

/** A link to a user's page. Pointing at it gives the id. */
export function UserLink({ id, name, className }: UserNameProps & { className?: string }) {
  const projectId = useProjectId();
  return (
    <Link
      to="/projects/$projectId/users/$userId"
      params={{ projectId, userId: id }}
      title={id}
      className={clsx("rounded-sm", className)}
    >
      <UserName id={id} name={name} />
    </Link>
  );
}

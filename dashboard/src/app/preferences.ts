import { useSyncExternalStore } from "react";

// Conveniences of this browser; nothing breaks when they are lost.

const listeners = new Set<() => void>();

/** A stored yes or no, and a function to change it. */
export function usePreference(name: "shortcuts", standard: boolean): [boolean, (value: boolean) => void] {
  const value = useSyncExternalStore(subscribe, () => readFlag(name, standard));
  return [value, (chosen) => write(name, String(chosen))];
}

/** A stored yes or no. */
export function readFlag(name: "shortcuts", standard: boolean): boolean {
  const stored = read(name);
  return stored === null ? standard : stored === "true";
}

/** The project that was open last. */
export function lastProjectId(): string | null {
  return read("project");
}

/** Keeps which project is open. */
export function rememberProject(id: string): void {
  if (read("project") !== id) write("project", id);
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`threadkeep.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`threadkeep.${name}`, value);
  } catch {
    // Without storage there is nothing to keep.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

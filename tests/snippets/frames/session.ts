import type { Request } from "express";

export declare function signedInUser(
  request: Request,
): Promise<{ id: string } | null>;

export declare function currentUserId(): Promise<string | null>;

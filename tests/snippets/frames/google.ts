export declare function useCredential(): string | null;

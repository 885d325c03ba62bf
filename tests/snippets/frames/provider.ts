export declare function providerToken(): Promise<string | null>;

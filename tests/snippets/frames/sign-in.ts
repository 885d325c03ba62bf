export declare function session(): Promise<string>;

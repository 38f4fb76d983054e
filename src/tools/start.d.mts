export declare const serverCommand: string[]

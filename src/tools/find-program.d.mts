export declare function findNginx(): string | undefined
export declare function findPgBouncer(): string | undefined
export declare function findFaketime(): string | undefined
export declare function findLibreOffice(): string | undefined

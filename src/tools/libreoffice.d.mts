export declare function findLibreOffice(): string | undefined

export declare function findPostgres(): string | undefined
export type StartedPostgres = {
  url: (name?: string) => string
  port: number
  pid: () => number
  start: () => Promise<void>
  stop: (signal?: 'SIGINT' | 'SIGQUIT') => Promise<void>
  close: () => Promise<void>
}
export declare function startPostgres(
  bin: string,
  options?: { isDurable?: boolean; tls?: { cert: string; key: string } },
): Promise<StartedPostgres>

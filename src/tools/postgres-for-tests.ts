import type { TestProject } from 'vitest/node'
import { findPostgres, startPostgres } from './postgres.mjs'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface ProvidedContext {
    /** Where tests make databases of their own; empty where no Postgres can be had. */
    postgresUrl: string
  }
}

/** One Postgres for all tests of a run. */
export default async function setup(project: TestProject) {
  const bin = findPostgres()
  const postgres = bin === undefined ? undefined : await startPostgres(bin)
  project.provide('postgresUrl', postgres?.url() ?? '')
  return () => postgres?.close()
}

/** The program, and the Debian package that has it. */
export declare const memcachedProgram: { readonly names: readonly string[]; readonly package: string }

export interface MemcachedSettings {
  /** Beside those for its address. It runs in the folder of the files. */
  readonly args?: readonly string[]
  /** Texts, by the names of files that it can read. */
  readonly files?: Readonly<Record<string, string>>
  /** Whether it can be used. Default: whether it answers `version`. */
  readonly answers?: (port: number) => Promise<boolean>
}

/** Starts a Memcached of its own for a test, on a free loopback port. Rejects with the remedy where it is not installed. */
export declare function startMemcached(
  settings?: MemcachedSettings,
): Promise<{ readonly port: number; stop(): Promise<void> }>

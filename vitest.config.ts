import { existsSync, readdirSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const root = import.meta.dirname

// The first condition makes tests read the source of workspace packages, so that nothing needs a build; the others are
// Vite's defaults for Node, which naming any condition replaces. `module` is not among them: it is for bundlers, and Node
// cannot load what some packages have there.
const conditions = ["@larder/source", "node", "development|production"]

function foldersIn(group: string): string[] {
  return readdirSync(join(root, group)).map((name) => `${group}/${name}`)
}

const projects = [...foldersIn("packages"), ...foldersIn("examples"), ...foldersIn("tooling"), "bench"]
  .filter((folder) => existsSync(join(root, folder, "package.json")))
  .map((folder) => ({
    extends: true as const,
    test: {
      name: folder,
      include: [`${folder}/{src,test}/**/*.test.ts`, `${folder}/**/*.test.mjs`],
      typecheck: {
        enabled: hasTypeTests(folder),
        include: [`${folder}/{src,test}/**/*.test-d.ts`],
        tsconfig: `${folder}/tsconfig.json`,
      },
    },
  }))

function hasTypeTests(folder: string): boolean {
  return ["src", "test"]
    .map((name) => join(root, folder, name))
    .filter((path) => existsSync(path))
    .some((path) => readdirSync(path, { recursive: true }).some((file) => String(file).endsWith(".test-d.ts")))
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects,
    // The tests wait for servers, clocks and processes most of the time, so one core serves a worker of its own and more.
    maxWorkers: Math.max(2, availableParallelism()),
    // Limits for what hangs. A machine that does other things, too, may be many times slower than a quiet one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})

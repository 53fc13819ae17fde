import { describe, expect, it } from "vitest"
import { checkReleasePlan } from "./release-plan.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const config = {
  changelog: false,
  access: "public",
  baseBranch: "main",
  privatePackages: { version: false, tag: false },
  ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: { onlyUpdatePeerDependentsWhenOutOfRange: true },
}

/** @param {Record<string, string | object>} [changes] */
const check = (changes) =>
  checkReleasePlan(
    temporaryTree({
      "package.json": { name: "larder", private: true },
      "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
      ".changeset/config.json": config,
      "packages/core/package.json": { name: "@larder/core", version: "1.0.0" },
      "packages/locmem/package.json": {
        name: "@larder/locmem",
        version: "1.0.0",
        peerDependencies: { "@larder/core": "workspace:^" },
      },
      ...changes,
    }),
  )

describe("checkReleasePlan", () => {
  it("accepts a configuration that does not release dependents in range", async () => {
    expect(await check()).toEqual([])
  })

  it("finds a configuration that releases them as majors", async () => {
    const { ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: _, ...plain } = config
    expect(await check({ ".changeset/config.json": plain })).toEqual([
      "a minor release of @larder/core would be a major one of @larder/locmem",
    ])
  })

  it("finds a configuration that gives private packages versions", async () => {
    const { privatePackages: _, ...plain } = config
    const bench = {
      name: "bench",
      version: "0.0.0",
      private: true,
      dependencies: { "@larder/core": "workspace:*" },
    }
    const tree = { "pnpm-workspace.yaml": "packages:\n  - packages/*\n  - bench\n", "bench/package.json": bench }
    expect(await check(tree)).toEqual([])
    expect(await check({ ...tree, ".changeset/config.json": plain })).toEqual([
      "a release of @larder/core would be one of bench, which is private",
    ])
  })

  it("accepts a pending major of a changeset", async () => {
    expect(await check({ ".changeset/bold.md": '---\n"@larder/core": major\n---\n\nBold.\n' })).toEqual([])
  })

  it("finds a pending changeset for an unknown package", async () => {
    const findings = await check({ ".changeset/typo.md": '---\n"@larder/cor": minor\n---\n\nTypo.\n' })
    expect(findings).toEqual([expect.stringMatching(/^changeset status failed:(?:.|\n)*@larder\/cor\b/)])
  })

  it("finds a configuration that cannot be read", async () => {
    expect(await check({ ".changeset/config.json": { ...config, access: "everybody" } })).toEqual([
      expect.stringMatching(/^changeset status failed:/),
    ])
  })
})

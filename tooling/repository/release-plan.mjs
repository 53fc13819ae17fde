import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { collect, run } from "@larder/bootstrap/command"
import { publishedPackages, workspacePackages } from "./workspace.mjs"

const changesets = fileURLToPath(new URL("../../node_modules/@changesets/cli/bin.js", import.meta.url))
const probe = '---\n"@larder/core": minor\n---\n\nA probe.\n'

/**
 * Checks that changesets can read its configuration and the pending changesets, that a minor release of core causes no
 * major release of its dependents, and that private packages get no versions and changelogs.
 *
 * It works with a copy of the manifests in a new repository, which needs neither a remote nor a history.
 *
 * @param {string} root
 * @returns {Promise<string[]>} findings
 */
export async function checkReleasePlan(root) {
  const copy = mkdtempSync(join(tmpdir(), "larder-release-"))
  try {
    await copyManifests(root, copy)
    const pending = await plan(copy)
    if (pending.failure) return [pending.failure]

    for (const name of pendingChangesets(copy)) rmSync(join(copy, ".changeset", name))
    writeFileSync(join(copy, ".changeset", "probe.md"), probe)
    const probed = await plan(copy)
    if (probed.failure) return [probed.failure]
    const published = new Set(publishedPackages(root).map(({ manifest }) => manifest.name))
    return [
      ...probed.releases
        .filter(({ type }) => type === "major")
        .map(({ name }) => `a minor release of @larder/core would be a major one of ${name}`),
      ...probed.releases
        .filter(({ name, type }) => type !== "none" && !published.has(name))
        .map(({ name }) => `a release of @larder/core would be one of ${name}, which is private`),
    ]
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/**
 * @param {string} root
 * @param {string} copy
 */
async function copyManifests(root, copy) {
  const manifests = workspacePackages(root).map(({ folder }) => `${folder}/package.json`)
  for (const path of ["package.json", "pnpm-workspace.yaml", ".changeset", ...manifests])
    cpSync(join(root, path), join(copy, path), { recursive: true })
  const author = ["-c", "user.name=probe", "-c", "user.email=probe@localhost", "-c", "commit.gpgsign=false"]
  await run("git", ["init", "--quiet", "--initial-branch=main"], { cwd: copy })
  await run("git", ["add", "."], { cwd: copy })
  await run("git", [...author, "commit", "--quiet", "--message=probe"], { cwd: copy })
}

/** @param {string} copy */
function pendingChangesets(copy) {
  return readdirSync(join(copy, ".changeset")).filter((name) => name.endsWith(".md") && name !== "README.md")
}

/**
 * @param {string} copy
 * @returns {Promise<{ failure?: string, releases: { name: string, type: string }[] }>}
 */
async function plan(copy) {
  const args = [changesets, "status", "--output=plan.json"]
  const { code, output } = await collect(process.execPath, args, { cwd: copy })
  if (code !== 0) return { failure: `changeset status failed:\n${output.trim()}`, releases: [] }
  const path = join(copy, "plan.json")
  const { releases } = JSON.parse(readFileSync(path, "utf8"))
  rmSync(path)
  return { releases }
}

import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const module = fileURLToPath(new URL("./end-with-parent.mjs", import.meta.url))
const program = `
  import { endWithParent } from ${JSON.stringify(module)}
  endWithParent()
  process.on("SIGTERM", () => { console.log("ended"); process.exit() })
  setInterval(() => {}, 1000)
  console.log("ready")
`

it("ends a process whose shell was killed", async () => {
  const node = JSON.stringify(process.execPath)
  const shell = spawn("sh", ["-c", `${node} --input-type=module -e "$PROGRAM"; exit`], {
    env: { ...process.env, PROGRAM: program },
    stdio: ["ignore", "pipe", "inherit"],
  })
  let output = ""
  shell.stdout.setEncoding("utf8").on("data", (text) => {
    output += text
    if (text.includes("ready")) shell.kill("SIGTERM")
  })
  // The pipe stays open until the grandchild ends.
  await once(shell.stdout, "end")
  expect(output).toBe("ready\nended\n")
})

/** @param {string} name */
export function addressOf(name) {
  const address = process.env[name]
  if (address) return address
  throw new Error(
    `${name} is not set, so there is no server for this test. \`npm test\` starts one; or run \`npm run services\` in ` +
      "another terminal and paste the export lines that it prints.",
  )
}

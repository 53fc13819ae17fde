/** The error for a call on a client that its owner has closed, with code `"CLIENT_CLOSED"`. `cause` is the client's error. */
export function clientClosed(cause?: unknown): Error {
  return Object.assign(new Error("The client was closed by its owner", { cause }), { code: "CLIENT_CLOSED" })
}

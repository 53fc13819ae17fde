/** Why a request is refused: the status that says so, and the headers that go with it. */
export class RequestError extends Error {
  override readonly name = "RequestError"
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason)
    this.status = status
    this.headers = headers
  }
}

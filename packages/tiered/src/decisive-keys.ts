// Keys with a meaning are against the grain of the contract. But what core keeps under these is not data that may be a
// little old: a gate is read a second time to learn whether anything was invalidated since the first, and a fence or a
// lock says who is next. Their form is the one of `Keys.reserved` in core, and the tests try it through a `Cache`.
const decisive = /^[^:]*:~:[gfl]/

/** Whether a read of the key decides something, so that only the far store may answer it. */
export function isDecisive(key: string): boolean {
  return decisive.test(key)
}

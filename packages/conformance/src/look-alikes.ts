/** Texts that a comparison without care takes for "owner", and some that it does not. */
export const lookAlikes: readonly string[] = [
  "another",
  "",
  "owne",
  "owner2",
  "Owner",
  "OWNER",
  "owner ",
  " owner",
  "owner\0",
  "\u00f6wner",
]

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The same JWS written otherwise, without any key: in its last character the lowest bit does not count. */
export function rewritten(jws: string): string {
  return `${jws.slice(0, -1)}${signs[signs.indexOf(jws.at(-1) ?? '') ^ 1]}`
}

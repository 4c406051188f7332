// Where notices may go. Whoever may change the settings must not reach what only this machine, or its network, reaches.
// A name that points there is not seen through here: on one's own machine the runtime refuses it (workerd.capnp).

const PRIVATE_V4 = [
  /^0\./,
  /^10\./,
  /^127\./,
  /^169\.254\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^(22[4-9]|2[3-5]\d)\./,
];
/** Loopback and nothing, what stands for IPv4, fc00::/7, fe80::/10, ff00::/8. */
const PRIVATE_V6 = /^\[(::|64:ff9b:|f[cd]|fe[89ab]|ff)/;
const LOCAL_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa)$/;

/** Null: it must not be asked. In development anything on http goes. */
export function notifyUrl(text: string, development: boolean): string | null {
  const url = URL.parse(text);
  if (!url || url.username || url.password) return null;
  if (development && /^https?:$/.test(url.protocol)) return url.href;
  if (url.protocol !== 'https:') return null;
  const host = url.hostname.replace(/\.$/, '');
  if (host.startsWith('[')) return PRIVATE_V6.test(host) ? null : url.href;
  // The parser has spelled every way of writing an IPv4 address as four numbers.
  const local = LOCAL_NAMES.test(host) || !host.includes('.') || PRIVATE_V4.some((one) => isV4(host, one));
  return local ? null : url.href;
}

const isV4 = (host: string, range: RegExp): boolean => /^[\d.]+$/.test(host) && range.test(host);

// Where a request comes from, as far as somebody trustworthy says so. A client can write any header: only the one that
// the operator names is believed, because the proxy in front sets it.

/** Undefined when nobody knows. */
export function clientAddress(headers: Headers, header: string | undefined): string | undefined {
  // Of a list the last one was added by the proxy itself.
  return (header && headers.get(header)?.split(',').at(-1)?.trim()) || undefined;
}

/** Who has one IPv6 address has 2^64 of them: they count as one. */
export function limitKey(address: string): string {
  if (!address.includes(':')) return address;
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4) return ipv4;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

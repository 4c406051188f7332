// What amoCRM is asked for, of everything that the client is known by.

/** Null: there is nothing to search by. Several phones or e-mails go by commas. */
export function queryOf(identifiers: string[]) {
  const of = (kind: string) =>
    identifiers.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
  const phone = of('phone')
    .map((digits) => `+${digits}`)
    .join(', ');
  const email = of('email').join(', ');
  const [client_id] = of('client');
  const query = {
    ...(phone ? { phone } : {}),
    ...(email ? { email } : {}),
    ...(client_id ? { client_id } : {}),
  };
  return Object.keys(query).length > 0 ? query : null;
}

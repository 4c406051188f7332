// Where secrets may go: the services' own hosts over https, or this machine in development.
import { call, core } from './core.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The account's origin as somebody spells it (`acme.amocrm.ru`); null when tokens must not go there. */
export function accountOrigin(text: string, development: boolean): string | null {
  const host = call(() => core.account_host(text));
  if (host !== undefined) return `https://${host}`;
  return development ? loopback(text) : null;
}

/** With a port; plain http is good enough there. */
function loopback(text: string): string | null {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`);
  if (!url || !isLoopback(url) || url.username || url.password) return null;
  return url.origin;
}

export const isLoopback = ({ protocol, hostname }: URL): boolean =>
  /^https?:$/.test(protocol) && LOOPBACK.includes(hostname);

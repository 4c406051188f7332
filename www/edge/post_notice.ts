// Posts one notice to the address that the settings name.

import type { NotifySecrets } from './notify_secrets.ts';
import { notifyUrl } from './notify_url.ts';

export const TIMEOUT_MS = 10_000;
const SIGNATURE = 'x-ringostat-signature';

/** Null: it arrived. Else a code of why not. */
export async function postNotice(
  address: string,
  development: boolean,
  body: string,
  secrets: NotifySecrets,
): Promise<string | null> {
  const url = notifyUrl(address, development);
  if (url === null) return 'url_not_allowed';
  const signature = await secrets.sign(body, Date.now());
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SIGNATURE]: signature },
      body,
      // Where to is said by the settings, and by nobody else.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? null : `status_${answer.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable';
  }
}

// The settings document: read whole, replaced whole, never over somebody else's change.
import { call, core } from './core.ts';
import { notifyUrl } from './notify_url.ts';
import { one, problem } from './problem.ts';
import { etagOf, type HostSettings, matches, type SettingsStore } from './settings_store.ts';

export function readSettings(store: SettingsStore): Response | undefined {
  const stored = store.read();
  if (!stored) return undefined;
  return new Response(stored.document, {
    headers: { 'content-type': 'application/json', etag: stored.etag },
  });
}

/** Checks preconditions and the document; `store` is asked for only once the project may be created. With the account's
 * `directory` the warnings also tell what the account does not have. */
export async function writeSettings(
  body: string,
  ifMatch: string | null,
  current: string | undefined,
  directory: string | undefined,
  development: boolean,
  store: () => SettingsStore,
): Promise<Response> {
  if (ifMatch === null && current !== undefined) return problem(428, 'precondition_required');
  if (ifMatch !== null && (current === undefined || !matches(ifMatch, current))) {
    return problem(412, 'precondition_failed', current === undefined ? {} : { etag: current });
  }
  const answer = call(() => core.check_settings(body, directory));
  const zone = timeZoneOf(body);
  const zoneErrors = zone !== undefined && !knownTimeZone(zone) ? [unknownZone(zone)] : [];
  if (answer.type === 'failure') {
    const unreadable = answer.errors.some(({ code }) => code === 'malformed');
    return problem(unreadable ? 400 : 422, [...answer.errors, ...zoneErrors]);
  }
  if (zoneErrors.length > 0) return problem(422, zoneErrors);
  const { settings, warnings } = answer;
  const { url } = settings.notify;
  if (url !== null && notifyUrl(url, development) === null) {
    return problem(422, [one('url_not_allowed', '/notify/url')]);
  }
  const document = JSON.stringify(settings);
  const etag = await etagOf(document);
  store().write(document, etag);
  return Response.json({ ...settings, warnings }, { headers: { etag } });
}

const unknownZone = (value: string) => one('unknown_time_zone', '/time_zone', { value });

/** Read apart from the core's check, so that its errors and this one come together. */
function timeZoneOf(body: string): string | undefined {
  try {
    const zone = (JSON.parse(body) as Partial<HostSettings> | null)?.time_zone;
    return typeof zone === 'string' ? zone : undefined;
  } catch {
    return undefined;
  }
}

/** IANA names only: Intl would take "+03:00" as well. */
function knownTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

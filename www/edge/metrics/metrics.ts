// `GET /metrics`: what all projects of this worker told of themselves, for a monitoring system that knows the token.
import type { Env } from '../env.ts';
import { problem } from '../problem.ts';
import { PACES } from '../stats.ts';
import { BOUNDS_S, type Figures, WAITING } from './figures.ts';
import { bound, CONTENT_TYPE, Exposition } from './open_metrics.ts';
import { type Reported, rosterOf } from './roster.ts';

const PREFIX = 'ringostat_amocrm';

export async function readMetrics(
  token: string | undefined,
  authorization: string,
  env: Env,
): Promise<Response> {
  if (!token) return problem(404, 'not_found');
  const shown = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  if (!(await same(shown, token))) return problem(401, 'unauthorized', { 'www-authenticate': 'Bearer' });
  const text = exposed(await rosterOf(env).all());
  return new Response(text, { headers: { 'content-type': CONTENT_TYPE } });
}

/** Takes as long wherever they differ. */
async function same(one: string, other: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return crypto.subtle.timingSafeEqual(await digest(one), await digest(other));
}

export function exposed(reports: Reported[]): string {
  const projects = reports.map(({ project, figures, at }) => ({
    project,
    at,
    ...(JSON.parse(figures) as Figures),
  }));
  const out = new Exposition();
  const gauge = (name: string, help: string, unit = '') =>
    out.family(`${PREFIX}_${name}`, 'gauge', help, unit);

  gauge('projects', 'Projects that have reported.');
  out.sample(`${PREFIX}_projects`, {}, projects.length);

  gauge('reported_timestamp_seconds', 'When the project last reported; idle ones do not.', 'seconds');
  for (const { project, at } of projects)
    out.sample(`${PREFIX}_reported_timestamp_seconds`, { project }, at / 1000);

  gauge('connected', 'Whether the connection to amoCRM is active.');
  for (const { project, active } of projects) out.sample(`${PREFIX}_connected`, { project }, Number(active));

  gauge('events_waiting', 'Events that are not at their end.');
  for (const { project, waiting } of projects)
    for (const status of WAITING)
      out.sample(`${PREFIX}_events_waiting`, { project, status }, waiting[status]);

  out.family(`${PREFIX}_events`, 'counter', 'Events by what became of them.');
  for (const { project, events } of projects)
    for (const [outcome, kinds] of Object.entries(events))
      for (const [kind, count] of Object.entries(kinds))
        out.sample(`${PREFIX}_events_total`, { project, outcome, kind }, count);

  out.family(`${PREFIX}_requests`, 'counter', 'Requests to amoCRM by status; none: not answered.');
  for (const { project, requests } of projects)
    for (const [status, count] of Object.entries(requests))
      out.sample(`${PREFIX}_requests_total`, { project, status }, count);

  const delay = `${PREFIX}_delivery_delay_seconds`;
  out.family(
    delay,
    'histogram',
    'From the arrival to the delivery; waited: of what was held, imported or sent by hand.',
    'seconds',
  );
  for (const { project, delays } of projects)
    for (const pace of PACES) {
      const { within, count, ms } = delays[pace];
      const labels = { project, pace };
      within.forEach((reached, n) => {
        out.sample(`${delay}_bucket`, { ...labels, le: bound(BOUNDS_S[n] ?? 0) }, reached);
      });
      out.sample(`${delay}_bucket`, { ...labels, le: '+Inf' }, count);
      out.sample(`${delay}_count`, labels, count);
      out.sample(`${delay}_sum`, labels, ms / 1000);
    }
  return out.end();
}

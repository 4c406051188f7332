// The evening of that day: the connection to amoCRM is switched off, two clients call, and it is switched on again.

const MISSED = {
  call_type: 'in',
  dst: '380441112233',
  disposition: 'NO ANSWER',
  billsec: 0,
  connected_with: '',
};
const CALLERS = [
  { caller: '380671110001', waittime: 12 },
  { caller: '380671110002', waittime: 31 },
];

/** Plays it; gives what each call was while nobody could take it, and what became of it. */
export async function play({ project, webhook_key: key }, ask, delivered, now = Date.now()) {
  const off = await ask('DELETE', `${project}/activation`);
  const headers = { 'x-webhook-key': key };
  const ids = [];
  for (const [n, client] of CALLERS.entries()) {
    const uniqueid = `ua1_-${Math.floor(now / 1000) - 120 + n * 60}.${(now % 1_000_000) + 90 + n}`;
    const body = JSON.stringify({ uniqueid, ...MISSED, ...client });
    ids.push((await ask('POST', `${project}/calls`, { body, headers })).event);
  }
  const waiting = await Promise.all(
    ids.map((id) => ask('GET', `${project}/events/${encodeURIComponent(id)}`)),
  );
  const { held } = await ask('GET', `${project}/activation`);
  const body = JSON.stringify({ mode: 'long_lived', language: 'ru', resend_backlog: true });
  const on = await ask('POST', `${project}/activation`, { body });
  const events = [];
  for (const id of ids) events.push(await delivered(id));
  return { off, waiting, held, on, events };
}

/** As lines to read. */
export function showEvening({ off, waiting, held, on, events }) {
  const call = ({ subject, status, reason }) =>
    `  ${subject}: ${status}${reason ? `, ${reason.code}` : ''}\n`;
  return [
    `\nThe connection is switched off: ${off.state}. Two clients call, and are answered 200\n`,
    ...waiting.map(call),
    `${held} held. Switched on again, with the checkbox: ${on.state}, ${on.account?.name ?? ''}\n`,
    ...events.map(call),
    '\n',
  ].join('');
}

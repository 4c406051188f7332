// A small day of a firm, message by message, as Ringostat's webhooks and a site's form would tell it.

const CLIENT = '380671234567';
const SITE = {
  dst: '380441112233',
  pool_name: 'Контекстная реклама',
  utm_source: 'google',
  utm_medium: 'cpc',
};
const TALK = { connected_with: 'firm_ivan', employee_number: 331851, employee_fio: 'Иван Иванов' };

/** Each call gets an id of its own: a repeated one would be the same call. Begins are some minutes ago. */
export function day(now = Date.now()) {
  const begin = (minutesAgo) => Math.floor(now / 1000) - minutesAgo * 60;
  const id = (minutesAgo) => `ua1_-${begin(minutesAgo)}.${(now % 1_000_000) + minutesAgo}`;
  const call = (minutesAgo, parameters) => ({
    call: { uniqueid: id(minutesAgo), call_type: 'in', caller: CLIENT, ...parameters },
  });
  return [
    {
      what: 'a new client calls the site’s number, nobody answers',
      ...call(30, { ...SITE, disposition: 'NO ANSWER', billsec: 0, waittime: 25, connected_with: '' }),
    },
    {
      what: 'two minutes later he sends a form',
      form: { name: 'Олег', phone: '067 123-45-67', email: 'oleh@client.example', comment: 'Перезвоните' },
    },
    {
      what: 'he calls again, Иван picks up',
      ...call(20, { ...SITE, ...TALK, event: 'pick up', disposition: null, billsec: null }),
    },
    {
      what: 'they have talked',
      ...call(20, {
        ...SITE,
        ...TALK,
        event: 'after call',
        disposition: 'PROPER',
        billsec: 95,
        duration: 104,
        has_recording: '1',
        recording: 'https://app.ringostat.com/recordings/demo.ogg?token=demo',
      }),
    },
    {
      what: 'somebody calls a line on the stop-list',
      ...call(10, { caller: '380509998877', dst: '380501112233', disposition: 'ANSWERED', billsec: 60 }),
    },
  ];
}

/** Plays the day; `ask` calls the worker, `delivered` waits for an event's end. Gives the steps with their events. */
export async function play({ project, webhook_key: key }, ask, delivered) {
  const told = [];
  for (const { what, form, call } of day()) {
    const path = form ? '/forms' : '/calls';
    const headers = form ? {} : { 'x-webhook-key': key };
    const { event } = await ask('POST', `${project}${path}`, { body: JSON.stringify(form ?? call), headers });
    told.push({ what, event: await delivered(event) });
  }
  return told;
}

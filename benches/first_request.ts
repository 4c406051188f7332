// A message's bytes -> the first request's bytes, in wasm, beside the floor: JSON.parse and JSON.stringify of the same
// message, text to text.
import { Integration } from 'ringostat-amocrm';
import { bytesOf, demo, FORM, survey, text, ticketOf } from './account.ts';
import { atMost, type Row, report, short, times } from './report.ts';
import { race } from './timing.ts';

const CALL = ['tests', 'samples', 'calls', 'webhook-after-outgoing.json'];
const settings = demo();
const directory = survey(settings);
const encoder = new TextEncoder();

/** As the worker does it: what the journal keeps of the message lies in between. */
function byJournal(integration: Integration, id: string, accepted: Uint8Array): void {
  const { event } = JSON.parse(text(accepted));
  const journey = integration.deliver(ticketOf(id, event));
  encoder.encode(journey.next(0));
  journey.free();
}

const floorOf = (body: Uint8Array) => {
  const told = text(body);
  return () => JSON.stringify(JSON.parse(told));
};

async function ofAForm(body: Uint8Array, trace: boolean): Promise<Row[]> {
  const integration = new Integration(settings, directory, JSON.stringify({ trace }));
  const spent = await race({
    floor: floorOf(body),
    inOne: () => integration.first_request('application/json', body, 0),
    inWorker: () => {
      const reader = integration.form_reader('application/json');
      reader.push(body);
      byJournal(integration, 'f', reader.finish('{}'));
      reader.free();
    },
  });
  const told = trace ? 'trace on' : 'trace off';
  const limit = atMost(spent.inOne / spent.floor, trace ? 1.5 : 1, '×');
  const floor = {
    what: 'JSON.parse + JSON.stringify of the form',
    measured: `${short(spent.floor)} µs`,
    limit: 'the floor',
  };
  return [
    ...(trace ? [] : [floor]),
    { what: `form bytes -> first request, ${told}`, measured: times(spent.inOne, spent.floor), limit },
    {
      what: `the same by way of the journal, ${told}`,
      measured: times(spent.inWorker, spent.floor),
      limit: '',
    },
  ];
}

async function ofACall(body: Uint8Array, trace: boolean): Promise<Row> {
  const clock = JSON.stringify({ transitions: [[0, 7200]], now: 1_800_000_000 });
  const integration = new Integration(settings, directory, JSON.stringify({ trace }));
  const spent = await race({
    floor: floorOf(body),
    ours: () => byJournal(integration, 'c', integration.read_call('application/json', '', body, clock)),
  });
  return {
    what: `call bytes -> first request, by way of the journal, ${trace ? 'trace on' : 'trace off'}`,
    measured: times(spent.ours, spent.floor),
    limit: 'of its own floor',
  };
}

const form = bytesOf(...FORM);
const call = bytesOf(...CALL);
report([
  ...(await ofAForm(form, false)),
  ...(await ofAForm(form, true)),
  await ofACall(call, false),
  await ofACall(call, true),
]);

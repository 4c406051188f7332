// The job that peers share: a form's bytes become the search for its client and the lead that a new client gets.
// Contact and lead fields are chosen by rows of the settings, the phone is normalised, a rule chooses the pipeline.
import type { Row, Settings, Value } from 'ringostat-amocrm';
import { Integration } from 'ringostat-amocrm';
import { bytesOf, demoDocument, FORM, survey, text, ticketOf } from '../account.ts';

/** What a rule is about, and what it wants. */
export interface Rule {
  seen: string;
  pipeline: number;
}

/** The settings as peers read them. */
export interface Rules {
  contact: Row[];
  lead: Row[];
  /** All of utm_source, the first that matches counts. Lower case. */
  funnel: Rule[];
  pipeline: number;
}

/** What a form brings, by name. */
export interface Brought {
  form: Record<string, unknown>;
  variables: Record<string, string>;
}

/** A text for each row, in their order. */
export interface Chosen {
  contact: (string | undefined)[];
  lead: (string | undefined)[];
  pipeline: number;
}

/** How a peer chooses; made once for the settings. */
export type Choose = (brought: Brought) => Chosen | Promise<Chosen>;
export interface Phone {
  /** `+380671112233`. */
  e164: string;
  /** What amoCRM is searched by. */
  national: string;
}

const MAIN_PIPELINE = 6_950_551;
const CHOSEN_PIPELINE = 6_950_552;
const TRACKED_UTM_SOURCE = 700_001;
const UTM_VARIABLE: Value = { variable: 'utm_source' };

/** Rules of which the last one is about the form: each of them has to be looked at. */
export const funnelOf = (count: number, last: string): Rule[] =>
  Array.from({ length: count }, (_, index) =>
    index === count - 1
      ? { seen: last, pipeline: CHOSEN_PIPELINE }
      : { seen: `source ${index}`, pipeline: MAIN_PIPELINE },
  );

export function documentOf(funnel: Rule[]): Settings {
  const document = demoDocument();
  const { contact, lead } = document.mapping;
  const row = { field: { id: TRACKED_UTM_SOURCE }, value: UTM_VARIABLE } as Row;
  return {
    ...document,
    forms: { ...document.forms, use_funnel_rules: true },
    mapping: { contact, lead: [...lead, row] },
    funnel: funnel.map(({ seen, pipeline }) => ({ pipeline, variable: 'utm_source', equals: [seen] })),
  } as Settings;
}

export const form = bytesOf(...FORM);
const funnel = funnelOf(3, 'google');
export const settings = documentOf(funnel);
export const rules: Rules = { ...settings.mapping, funnel, pipeline: MAIN_PIPELINE };
const directory = survey(JSON.stringify(settings));

export const ours = (of = settings): Integration =>
  new Integration(JSON.stringify(of), directory, JSON.stringify({ trace: false }));

export interface Done {
  /** Of the first request. */
  search: string;
  /** Of the request that makes the lead. */
  body: string;
}

const NOBODY = new Uint8Array();

/** The whole job as the worker has it done: by way of the journal, and the account knows nobody by that phone. */
export function done(integration: Integration, body: Uint8Array): Done {
  const reader = integration.form_reader('application/json');
  reader.push(body);
  const { event } = JSON.parse(text(reader.finish('{}')));
  reader.free();
  const journey = integration.deliver(ticketOf('f', event));
  const search = JSON.parse(journey.next(0)).request.path;
  journey.answered(204, '', undefined, NOBODY, 0);
  const lead = JSON.parse(journey.next(0)).request.body;
  journey.free();
  return { search, body: lead };
}

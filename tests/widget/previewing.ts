// A preview as a test asks for it.
import assert from 'node:assert/strict';
import type { Answer, PreviewInput, PreviewResult, TraceEntry } from 'ringostat-amocrm/sandbox';
import { preview } from 'ringostat-amocrm/sandbox';

export const NOW = 1_791_545_400_000;
export const FORM = JSON.stringify({
  name: 'Иван',
  phone: '067 111-22-33',
  email: 'Ivan@Example.com',
  city: ' ',
});
export const SETTINGS = {
  mapping: {
    contact: [
      { field: 'name', value: { form_fields: ['name'] } },
      { field: 'PHONE', value: { form_fields: ['phone'] } },
      { field: 'EMAIL', value: { form_fields: ['email'] } },
    ],
    lead: [
      { field: 'name', value: { constant: 'Заявка' } },
      { field: { id: 700101 }, value: { form_fields: ['city'] } },
      { field: { id: 700102 }, value: { form_fields: ['street'] } },
      { field: { id: 700101 }, value: { variable: 'pool_name' } },
    ],
  },
};

export function shown(input: Partial<PreviewInput>, settings: object = SETTINGS): PreviewResult {
  const answer = attempt(input, settings);
  assert.equal(answer.type, 'success', JSON.stringify(answer));
  return answer as unknown as PreviewResult;
}

export const attempt = (input: object, settings: object = SETTINGS): Answer<PreviewResult> =>
  preview(JSON.stringify(settings), JSON.stringify({ now_ms: NOW, ...input }));

export const entries = (result: PreviewResult, code: string): TraceEntry[] =>
  result.report.trace.filter((entry) => entry.code === code);
export const first = (result: PreviewResult, collection: 'contacts' | 'leads' | 'tasks', at = 0) => {
  const entity = result.after[collection][at];
  assert.ok(entity, `${collection} ${at}`);
  return entity as { id: number; name: string; custom_fields_values: { field_name: string }[] } & Record<
    string,
    unknown
  >;
};

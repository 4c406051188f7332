// A pipeline out of 100 rules, of which the last one matches: what the rules alone cost. Ours is told natively by
// `cargo bench`; in wasm it is what 100 rules add to a form's first request.
import { type Row, report, short } from '../report.ts';
import { race } from '../timing.ts';
import { pipelineOf } from './hand.ts';
import { documentOf, done, form, funnelOf, ours } from './job.ts';
import { agrees, peers } from './peer.ts';

const RULES = 100;
const SEEN = 'google';
const OTHERWISE = 6_950_551;

const funnel = funnelOf(RULES, SEEN);
const rules = { funnel, pipeline: OTHERWISE };
const contenders: Record<string, (seen: string) => unknown> = {
  'a loop written by hand': (seen) => pipelineOf(rules, seen),
};
for (const { name, rule } of await peers()) {
  if (rule) contenders[name] = rule(funnel, OTHERWISE);
}
for (const [name, choose] of Object.entries(contenders)) {
  agrees(name, choose(' Google'), funnel.at(-1)?.pipeline);
  agrees(name, choose('nobody'), OTHERWISE);
}

const [without, all] = [ours(documentOf([])), ours(documentOf(funnel))];
for (const [integration, pipeline] of [
  [all, funnel.at(-1)?.pipeline],
  [without, OTHERWISE],
] as const) {
  agrees('ours', JSON.parse(done(integration, form).body)[0].pipeline_id, pipeline);
}
const spent = await race({
  without: () => without.first_request('application/json', form, 0),
  all: () => all.first_request('application/json', form, 0),
  ...Object.fromEntries(Object.entries(contenders).map(([name, choose]) => [name, () => choose('Google')])),
});
const row = (what: string, measured: number, limit = ''): Row => ({
  what: `${RULES} funnel rules, the last matches: ${what}`,
  measured: `${short(measured)} µs`,
  limit,
});
report([
  row('ours in wasm', spent.all - spent.without, 'what they add to a form'),
  ...Object.keys(contenders).map((name) => row(name, spent[name as keyof typeof spent])),
]);

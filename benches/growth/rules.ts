// What a form's first request costs, in wasm, as funnel rules grow in number: each is looked at, and the last matches.

import { documentOf, form, funnelOf, ours } from '../peers/job.ts';
import { report } from '../report.ts';
import { race } from '../timing.ts';
import { grown } from './world.ts';

const [few, more, many] = [10, 100, 1_000].map((count) => ours(documentOf(funnelOf(count, 'google'))));
const first = (integration = few) => integration?.first_request('application/json', form, 0);
const spent = await race({ few: () => first(few), more: () => first(more), many: () => first(many) });
const measured = [spent.few, spent.more, spent.many];
report([grown('10 / 100 / 1,000 funnel rules: form bytes -> first request', measured, 'µs')]);

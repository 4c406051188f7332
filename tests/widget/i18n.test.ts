// The texts of codes: the same in every language, and complete: a new code of the core or the worker needs a text.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { matrix_presets, variables } from 'ringostat-amocrm/sandbox';
import { PLACEHOLDER, type Plural, type Texts } from '../../www/i18n/format.ts';
import { SITUATIONS } from '../../www/widget/preview/situation.ts';
import { type Codes, ROOT } from './codes.ts';
import { coreCodes } from './core_codes.ts';
import { workerCodes } from './worker_codes.ts';

const LANGUAGES = ['ru', 'uk', 'en'] as const;
const FOLDER = join(ROOT, 'www/i18n');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const AREAS = [...new Set(FILES.map((name) => name.split('.')[0] ?? ''))];
const read = (area: string, language: string): Texts =>
  JSON.parse(readFileSync(join(FOLDER, `${area}.${language}.json`), 'utf8')) as Texts;
const CODES = read('codes', 'ru');

const patterns = (text: string | Plural): string[] =>
  typeof text === 'string'
    ? [text]
    : Object.entries(text).flatMap(([form, one]) => (form === 'by' ? [] : [one]));
const placeholders = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([whole]) => whole).sort();

describe('texts', () => {
  it('exist in every language', () => {
    const expected = AREAS.flatMap((area) => LANGUAGES.map((language) => `${area}.${language}.json`));
    assert.deepEqual([...FILES].sort(), expected.sort());
  });

  for (const area of AREAS) {
    it(`of ${area} have the same keys`, () => {
      const keys = LANGUAGES.map((language) => Object.keys(read(area, language)));
      assert.deepEqual(keys[1], keys[0]);
      assert.deepEqual(keys[2], keys[0]);
    });

    it(`of ${area} say something, with the same placeholders`, () => {
      const first = read(area, LANGUAGES[0]);
      for (const language of LANGUAGES) {
        for (const [key, text] of Object.entries(read(area, language))) {
          const wanted = patterns(first[key] ?? '')[0] ?? '';
          for (const pattern of patterns(text)) {
            assert.ok(pattern.trim(), `${language} ${key} is empty`);
            assert.deepEqual(placeholders(pattern), placeholders(wanted), `${language} ${key}`);
            assert.ok(
              !/[{}]/.test(pattern.replaceAll(PLACEHOLDER, '')),
              `${language} ${key}: a broken placeholder`,
            );
          }
        }
      }
    });

    it(`of ${area} have every plural form of their language`, () => {
      for (const language of LANGUAGES) {
        const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
        for (const [key, text] of Object.entries(read(area, language))) {
          if (typeof text === 'string') continue;
          const { by, ...plural } = text;
          assert.deepEqual(Object.keys(plural).sort(), forms, `${language} ${key}`);
          assert.equal(by, (read(area, 'ru')[key] as Plural).by, `${language} ${key}`);
        }
      }
    });

    it(`of ${area} look up texts that there are`, () => {
      for (const [key, text] of Object.entries(read(area, 'ru'))) {
        for (const pattern of patterns(text)) {
          for (const [, , , , looked] of pattern.matchAll(PLACEHOLDER)) {
            const any = !looked || Object.keys(CODES).some((known) => known.startsWith(`${looked}.`));
            assert.ok(any, `${key}: nothing under ${looked}`);
          }
        }
      }
    });
  }
});

describe('every code', () => {
  const translated = ({ codes, unknown }: { codes: Codes; unknown: string[] }, least: number) => {
    assert.deepEqual(
      unknown,
      [],
      'codes that go through a variable: tell in the lists of this folder how to find them',
    );
    const all = Object.entries(codes)
      .filter(([area]) => area !== '')
      .flatMap(([area, found]) => [...found].map(([code, file]) => ({ key: `${area}.${code}`, file })));
    assert.ok(all.length >= least, `only ${all.length} were found`);
    const lacking = all
      .filter(({ key }) => !Object.hasOwn(CODES, key))
      .map(({ key, file }) => `${key} (${file})`);
    assert.deepEqual(lacking, [], 'without a text in www/i18n/codes.*.json');
  };

  it('of the core has a text', () => translated(coreCodes(), 250));

  it('of the worker has a text', () => translated(workerCodes(), 60));

  it('that a case expects has a text', () => {
    interface Case {
      expect?: { trace?: { code?: string }[]; trace_lacks?: { code?: string }[]; reason?: string };
      events?: { reason?: string }[];
    }
    const files = readdirSync(join(ROOT, 'tests/cases'), { recursive: true, encoding: 'utf8' });
    const seen = new Map<string, string>();
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      const { expect = {}, events = [] } = JSON.parse(
        readFileSync(join(ROOT, 'tests/cases', file), 'utf8'),
      ) as Case;
      const told = [...(expect.trace ?? []), ...(expect.trace_lacks ?? [])];
      for (const { code } of told) if (code) seen.set(`trace.${code}`, file);
      for (const { reason } of [expect, ...events]) if (reason) seen.set(`reason.${reason}`, file);
    }
    assert.ok(seen.size > 70, `only ${seen.size}`);
    const lacking = [...seen].filter(([key]) => !Object.hasOwn(CODES, key));
    assert.deepEqual(lacking, []);
  });

  it('that an account cannot be read for is a problem too', () => {
    const { reason = new Map() } = coreCodes().codes;
    const waits = [...reason].filter(([, file]) => file === 'src/delivery/courier.rs').map(([code]) => code);
    const { state = new Map(), reason: own = new Map() } = workerCodes().codes;
    const surveys = [...own].filter(([, file]) => file === 'www/edge/surveys.ts').map(([code]) => code);
    const states = [...state.keys()].filter((code) => code !== 'active');
    for (const code of states) assert.ok(Object.hasOwn(CODES, `reason.${code}`), `reason.${code}`);
    for (const code of [...waits.filter((code) => code !== 'dry_run'), ...surveys, ...states])
      assert.ok(Object.hasOwn(CODES, `problem.${code}`), `problem.${code}`);
  });

  it('has a text because something says it', () => {
    const [core, worker] = [coreCodes().codes, workerCodes().codes];
    const areas = [
      'trace',
      'diagnostic',
      'misfit',
      'detail',
      'rule',
      'step',
      'reason',
      'status',
      'ringostat',
      'withheld',
    ];
    for (const key of Object.keys(CODES)) {
      const [area = '', ...rest] = key.split('.');
      const code = rest.at(-1) ?? '';
      const state = area === 'reason' && worker.state?.has(code);
      if (areas.includes(area)) assert.ok(core[area]?.has(code) || worker[area]?.has(code) || state, key);
    }
  });

  it('of the connection tells what to do about it', () => {
    for (const code of workerCodes().codes.state?.keys() ?? [])
      assert.ok(Object.hasOwn(CODES, `state.${code}.hint`), code);
  });
});

describe('every choice in the settings has a name', () => {
  interface Schema {
    oneOf?: Schema[];
    anyOf?: Schema[];
    const?: string;
    enum?: string[];
    properties?: Record<string, Schema>;
  }
  const { $defs: defs } = JSON.parse(readFileSync(join(ROOT, 'pkg/settings.schema.json'), 'utf8')) as {
    $defs: Record<string, Schema>;
  };
  const variants = ({ oneOf = [], anyOf = [] }: Schema) => [...oneOf, ...anyOf];
  /** Plain variants, and the names of those that carry something. */
  const choices = (name: string): string[] => {
    const schema = defs[name] ?? {};
    const own = schema.enum ?? [];
    const of = variants(schema).flatMap(({ const: plain, enum: several = [], properties = {} }) => {
      const kind = properties.kind?.const;
      if (plain !== undefined) return [plain];
      return several.length > 0 ? several : kind !== undefined ? [kind] : Object.keys(properties);
    });
    return [...own, ...of];
  };
  const keys = (name: string) => Object.keys(defs[name]?.properties ?? {});
  const named = (area: string, names: string[], least: number) => {
    assert.ok(names.length >= least, `only ${names.join()}`);
    for (const name of names) assert.ok(Object.hasOwn(CODES, `${area}.${name}`), `${area}.${name}`);
  };

  for (const [area, name, least] of [
    ['call', 'CallKind', 6],
    ['client', 'ClientState', 3],
    ['answered_by', 'AnsweredBy', 3],
    ['moment', 'Moment', 2],
    ['responsible', 'Responsible', 4],
    ['form_responsible', 'FormResponsible', 3],
    ['policy', 'Policy', 3],
    ['open_lead', 'OpenLead', 2],
    ['recording_link', 'RecordingLink', 3],
    ['line', 'LineKind', 2],
    ['language', 'Language', 3],
    ['value_kind', 'Value', 3],
    ['call_key', 'CallKey', 48],
  ] as const) {
    it(area, () => named(area, choices(name), least));
  }

  it('creates', () => named('creates', [...keys('MatrixCreates'), ...keys('FormCreates')], 12));

  it('variable', () => {
    const all = variables() as { name: string; type: string }[];
    named('variable', [...all.map(({ name }) => name), 'tracked'], 40);
    named('value_type', [...new Set(all.map(({ type }) => type))], 7);
  });

  it('preset', () =>
    named(
      'preset',
      matrix_presets('ru').map(({ name }) => name),
      3,
    ));

  it('situation', () => named('situation', [...SITUATIONS, 'nothing', 'lookup'], 5));
});

// Two administrators who saved one after the other.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { default_settings, type Settings } from 'ringostat-amocrm/sandbox';
import { differences, merged } from '../../www/widget/state/merge.ts';

describe('two documents that come from one', () => {
  const base = default_settings();
  const changed = (change: (settings: Settings) => void): Settings => {
    const settings = structuredClone(base);
    change(settings);
    return settings;
  };
  const mine = changed((settings) => {
    settings.dry_run = true;
    settings.backlog.days = 5;
  });
  const theirs = changed((settings) => {
    settings.default_country = 'PL';
    settings.backlog.days = 7;
    settings.stop_list = [{ sip: 'firm_mob1' }];
  });

  it('say who changed what, and where', () => {
    assert.deepEqual(
      differences(base, mine, theirs).map(({ part, by, places }) => [
        part,
        by,
        places.map(({ path }) => path),
      ]),
      [
        ['default_country', 'them', ['']],
        ['dry_run', 'me', ['']],
        ['stop_list', 'them', ['/0']],
        ['backlog', 'both', ['/days']],
      ],
    );
  });

  it('tell a list of plain values whole', () => {
    const one = changed((settings) => {
      settings.forms.ignored_fields = ['a'];
    });
    const other = changed((settings) => {
      settings.forms.ignored_fields = ['b', 'a'];
    });
    const [found] = differences(base, one, other);
    assert.deepEqual(found?.places, [{ path: '/ignored_fields', mine: ['a'], theirs: ['b', 'a'] }]);
  });

  it('become one, mine where both changed it', () => {
    const both = merged(base, mine, theirs);
    assert.deepEqual(
      [both.dry_run, both.default_country, both.stop_list, both.backlog.days],
      [true, 'PL', [{ sip: 'firm_mob1' }], 5],
    );
  });

  it('are mine and theirs alone when nobody knows what they began with', () => {
    assert.ok(differences(null, mine, theirs).every(({ by }) => by === 'both'));
    assert.deepEqual(merged(null, mine, theirs), mine);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { format, has, type Texts, traceKey } from '../../www/i18n/format.ts';

const texts: Texts = {
  plain: 'Ничего',
  one: 'Поле «{field}»: {value}',
  rows: 'строки {rows+1}',
  coded: 'Не подходит: {reason|problem}',
  'problem.too_long': 'больше {limit} символов',
  names: '{candidates.name}',
  loop: '{x|loop}',
  'loop.y': '{x|loop}',
  'value.none': '—',
  'value.true': 'да',
  calls: { one: '{count} звонок', few: '{count} звонка', many: '{count} звонков', other: '{count} звонка' },
  places: {
    by: 'list',
    one: '{list}: место',
    few: '{list}: места',
    many: '{list}: мест',
    other: '{list}: места',
  },
  counted: { by: 'list', few: '{list#} места' },
  'trace.refused': 'общее',
  'trace.note.refused': 'примечание',
};
const ru = (key: string, params = {}) => format(texts, key, params, 'ru');

describe('a text', () => {
  it('is filled from its params, each once', () => {
    assert.equal(ru('plain'), 'Ничего');
    assert.equal(ru('one', { field: 'Имя', value: 'x{field}$&' }), 'Поле «Имя»: x{field}$&');
    assert.equal(ru('one', { field: ['a', 'b'], value: 12345678 }), 'Поле «a, b»: 12345678');
  });

  it('says what is not there', () => {
    assert.equal(ru('one', { field: null, value: '' }), 'Поле «—»: —');
    assert.equal(ru('one', { field: ' ', value: '\n' }), 'Поле «—»: —', 'blank');
    assert.equal(ru('one', {}), 'Поле «—»: —');
    assert.equal(format({ one: '[{x}]' }, 'one', {}, 'en'), '[]');
    assert.equal(format({ one: '[{constructor}]' }, 'one', {}, 'en'), '[]', 'only own params count');
  });

  it('tells objects by their values', () => {
    assert.equal(ru('one', { field: { id: 7 }, value: true }), 'Поле «7»: да');
    assert.equal(ru('one', { field: 'x', value: false }), 'Поле «x»: false', 'no text for it');
    assert.equal(
      ru('names', { candidates: [{ name: 'tel', fate: 'blank' }, { name: 'phone' }] }),
      'tel, phone',
    );
  });

  it('counts rows as people do', () => {
    assert.equal(ru('rows', { rows: 0 }), 'строки 1');
    assert.equal(ru('rows', { rows: [0, 4] }), 'строки 1, 5');
  });

  it('looks codes up, with the same params', () => {
    assert.equal(ru('coded', { reason: 'too_long', limit: 256 }), 'Не подходит: больше 256 символов');
    assert.equal(ru('coded', { reason: 'brand new' }), 'Не подходит: brand new');
    assert.equal(ru('loop', { x: 'y' }), 'loop.y', 'not for ever');
  });

  it('that is not there is its key', () => {
    assert.equal(ru('nothing.here'), 'nothing.here');
    assert.equal(ru('toString'), 'toString');
    assert.ok(has(texts, 'plain') && !has(texts, 'toString'));
  });

  it('has the plural form of its number', () => {
    const told = [1, 2, 5, 11, 21, 1.5].map((count) => ru('calls', { count }));
    assert.deepEqual(told, ['1 звонок', '2 звонка', '5 звонков', '11 звонков', '21 звонок', '1.5 звонка']);
    assert.equal(ru('places', { list: ['/a', '/b'] }), '/a, /b: места', 'a list counts its items');
    assert.equal(ru('counted', { list: ['/a', '/b'] }), '2 места', 'and may be told by their number alone');
    const english = { calls: { one: '{count} call', other: '{count} calls' } };
    assert.deepEqual(
      [1, 2].map((count) => format(english, 'calls', { count }, 'en')),
      ['1 call', '2 calls'],
    );
  });

  it('of the trace may be that of a step', () => {
    assert.equal(traceKey(texts, { step: 'note', code: 'refused' }), 'trace.note.refused');
    assert.equal(traceKey(texts, { step: 'task', code: 'refused' }), 'trace.refused');
  });
});

// Whom an employee probably is, and who is the same person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AmoUser, Known, RingostatEmployee } from '../../www/widget/api.ts';
import { Order, roster } from '../../www/widget/sections/employees/roster.ts';
import { suggest } from '../../www/widget/sections/employees/suggest.ts';

const user = (id: number, name: string, email = '', is_active = true): AmoUser => ({
  id,
  name,
  email,
  is_active,
});
const person = (name: string, email = '') => ({ name, email });
const marks = (of: Partial<Known<RingostatEmployee>>): Known<RingostatEmployee> => ({
  staff_id: '',
  name: '',
  email: '',
  extension: '',
  sip: [],
  numbers: [],
  ...of,
});
const suggested = (
  people: { name: string; email: string }[],
  users: AmoUser[],
  linked: number[] = [],
): [number, number, string][] =>
  [...suggest(people, users, new Set(linked))]
    .map(([index, { user, why }]): [number, number, string] => [index, user.id, why])
    .sort(([a], [b]) => a - b);

test('the same e-mail says more than the same name', () => {
  const users = [user(1, 'Иван Иванов', 'other@firm.example'), user(2, 'Ваня', 'I@Firm.example ')];
  assert.deepEqual(suggested([person('Иван Иванов', 'i@firm.example')], users), [[0, 2, 'email']]);
});

test('names are compared in any order, alphabet and length', () => {
  const users = [
    user(1, 'Иванов  Иван'),
    user(2, 'Olena Kovalenko'),
    user(3, 'Пётр Петрович Сидоров'),
    user(4, 'Юрий Гагарин'),
  ];
  const people = [
    person('иван иванов'),
    person('Олена Коваленко'),
    person('Петр Сидоров'),
    person('Yuriy Gagarin'),
  ];
  assert.deepEqual(suggested(people, users), [
    [0, 1, 'name'],
    [1, 2, 'similar'],
    [2, 3, 'similar'],
    [3, 4, 'similar'],
  ]);
});

test('a slip of one letter is forgiven in long words only', () => {
  const users = [user(1, 'Анна Коваленко'), user(2, 'Ян Ли')];
  assert.deepEqual(suggested([person('Анна Ковалнко'), person('Ян Ла')], users), [[0, 1, 'similar']]);
});

test('what could be somebody else is not suggested', () => {
  const namesakes = [user(1, 'Иван Иванов'), user(2, 'Иван Иванов')];
  assert.deepEqual(suggested([person('Иван Иванов')], namesakes), []);
  assert.deepEqual(suggested([person('Иван Иванов'), person('Иван Иванов')], [user(1, 'Иван Иванов')]), []);
  assert.deepEqual(suggested([person('Иван')], [user(1, 'Иван Иванов')]), []);
  assert.deepEqual(suggested([person('')], [user(1, '')]), []);
});

test('users who are linked or switched off are not suggested', () => {
  const users = [user(1, 'Иван Иванов'), user(2, 'Анна Белая', '', false)];
  assert.deepEqual(suggested([person('Иван Иванов'), person('Анна Белая')], users, [1]), []);
});

test('everybody is there once: ids decide, else any mark', () => {
  const linked = [
    { ringostat: marks({ staff_id: '1', name: 'Иван' }), amocrm_user: 5 },
    { ringostat: marks({ sip: ['Firm_Anna'] }), amocrm_user: 6 },
  ];
  const known = [
    marks({ staff_id: '1', name: 'Ваня', source: 'ringostat' }),
    marks({ staff_id: '2', name: 'Иван' }),
    marks({ name: 'Анна', sip: ['firm_anna'], source: 'calls' }),
  ];
  const people = roster(linked, known);
  assert.deepEqual(
    people.map(({ index, known }) => [index, known?.name ?? null]),
    [
      [null, 'Иван'],
      [0, 'Ваня'],
      [1, 'Анна'],
    ],
  );
  assert.equal(people[1]?.marks.name, 'Иван');
});

test('a person whose marks are being typed stays the same one', () => {
  const known = [marks({ name: 'Анна' })];
  const [before] = roster([{ ringostat: marks({ name: 'Анна' }), amocrm_user: 5 }], known);
  const typed = [{ ringostat: marks({ name: 'Аннушка' }), amocrm_user: 5 }];
  assert.equal(roster(typed, known).length, 2);
  const pinned = roster(typed, known, { key: before?.key ?? '', index: 0 });
  assert.deepEqual(
    pinned.map(({ key }) => key),
    [before?.key],
  );
});

test('who gets linked stays where he stands', () => {
  const order = new Order();
  const known = [marks({ name: 'Яна', staff_id: '1' }), marks({ name: 'Анна', staff_id: '2' })];
  const names = (linked: { ringostat: RingostatEmployee; amocrm_user: number }[]) =>
    order.sort(roster(linked, known)).map(({ marks }) => marks.name);
  const eve = { ringostat: marks({ name: 'Ева', staff_id: '3' }), amocrm_user: 1 };
  assert.deepEqual(names([eve]), ['Анна', 'Яна', 'Ева']);
  const anna = { ringostat: marks({ name: 'Анна', staff_id: '2' }), amocrm_user: 2 };
  assert.deepEqual(names([eve, anna]), ['Анна', 'Яна', 'Ева']);
});

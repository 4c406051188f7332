// What is wanted after the first paint in that language.
import changes from '../changes.ru.json';
import conflict from '../conflict.ru.json';
import journal from '../journal.ru.json';
import statistics from '../statistics.ru.json';

export default { ...changes, ...conflict, ...journal, ...statistics };

// What is wanted after the first paint in that language.
import changes from '../changes.ru.json';
import journal from '../journal.ru.json';
import statistics from '../statistics.ru.json';

export default { ...changes, ...journal, ...statistics };

// What is wanted after the first paint in that language.
import journal from '../journal.ru.json';
import statistics from '../statistics.ru.json';

export default { ...journal, ...statistics };

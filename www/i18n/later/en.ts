// What is wanted after the first paint in that language.
import journal from '../journal.en.json';
import statistics from '../statistics.en.json';

export default { ...journal, ...statistics };

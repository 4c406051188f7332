// What is wanted after the first paint in that language.
import journal from '../journal.uk.json';
import statistics from '../statistics.uk.json';

export default { ...journal, ...statistics };

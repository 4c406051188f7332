// What is wanted after the first paint in that language.
import changes from '../changes.en.json';
import conflict from '../conflict.en.json';
import journal from '../journal.en.json';
import statistics from '../statistics.en.json';

export default { ...changes, ...conflict, ...journal, ...statistics };

// What is wanted after the first paint in that language.
import changes from '../changes.uk.json';
import conflict from '../conflict.uk.json';
import journal from '../journal.uk.json';
import statistics from '../statistics.uk.json';

export default { ...changes, ...conflict, ...journal, ...statistics };

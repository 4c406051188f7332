// The sections that come after the first paint.
import './employees.ts';
import './parameters.ts';
import './forms.ts';
import './matrix.ts';
import './pipelines.ts';
import './stop_list.ts';
import './general.ts';
import './journal.ts';
import './statistics.ts';

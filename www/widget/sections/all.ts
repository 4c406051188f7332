// What comes after the first paint: the other sections, and what changes before saving.
import '../changes/panel.ts';
import './employees.ts';
import './parameters.ts';
import './forms.ts';
import './matrix.ts';
import './pipelines.ts';
import './stop_list.ts';
import './general.ts';
import './journal.ts';
import './statistics.ts';

// What comes after the first paint: the other sections, what changes before saving, and the settling of conflicts.
import '../changes/panel.ts';
import '../shell/conflict.ts';
import './employees.ts';
import './parameters.ts';
import './forms.ts';
import './matrix.ts';
import './pipelines.ts';
import './stop_list.ts';
import './general.ts';
import './journal.ts';
import './statistics.ts';

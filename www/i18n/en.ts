// Everything in one language.
import activation from './activation.en.json';
import check from './check.en.json';
import codes from './codes.en.json';
import employees from './employees.en.json';
import forms from './forms.en.json';
import general from './general.en.json';
import matrix from './matrix.en.json';
import parameters from './parameters.en.json';
import pipelines from './pipelines.en.json';
import preview from './preview.en.json';
import shell from './shell.en.json';
import stopList from './stop_list.en.json';

export default {
  ...activation,
  ...employees,
  ...parameters,
  ...forms,
  ...matrix,
  ...pipelines,
  ...stopList,
  ...general,
  ...preview,
  ...check,
  ...codes,
  ...shell,
};

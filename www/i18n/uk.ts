// Everything in one language.
import activation from './activation.uk.json';
import check from './check.uk.json';
import codes from './codes.uk.json';
import employees from './employees.uk.json';
import forms from './forms.uk.json';
import general from './general.uk.json';
import matrix from './matrix.uk.json';
import parameters from './parameters.uk.json';
import pipelines from './pipelines.uk.json';
import preview from './preview.uk.json';
import shell from './shell.uk.json';
import stopList from './stop_list.uk.json';

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

// Everything in one language.
import activation from './activation.ru.json';
import check from './check.ru.json';
import codes from './codes.ru.json';
import employees from './employees.ru.json';
import forms from './forms.ru.json';
import general from './general.ru.json';
import matrix from './matrix.ru.json';
import parameters from './parameters.ru.json';
import pipelines from './pipelines.ru.json';
import preview from './preview.ru.json';
import shell from './shell.ru.json';
import stopList from './stop_list.ru.json';

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

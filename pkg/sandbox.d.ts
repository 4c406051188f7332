export * from './dist/sandbox/ringostat_amocrm.js';

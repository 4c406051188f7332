export * from './dist/core/ringostat_amocrm.js';

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ringostat_amocrm_fuzz::call_list_csv(data));

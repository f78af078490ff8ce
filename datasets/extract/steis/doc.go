// Package steis reads exports of the Strategic Executive Information System
// (StEIS), the register of serious incidents: comma-separated, one row a record.
//
// Columns are known by name in any order; letter case, spaces and punctuation
// don't matter ("Type of Incident:" is type_of_incident); * is required:
//
//	log_no*                                 ID
//	organisation_reporting_si_on_steis*     Organisation: a code in brackets at its end, else the name
//	created_on*                             Submitted (dd/mm/yyyy hh:mm:ss)
//	modified_date                           which row of a log number counts (";" between several)
//	date_of_incident                        Occurred (dd/mm/yyyy)
//	location_of_incident, …_other           Location
//	care_sector, care_sector_other          CareSetting
//	clinical_area, clinical_area_other      Specialty
//	patient_type                            "" (kept in no field; says whether a patient was affected)
//	type_of_incident*, type_of_incident_other  Category, in scheme "steis"
//	description_of_what_happened*           Description
//	immediate_action_taken                  Actions
//	key_findings                            Causes
//	case_summary, how_will_lessons_be_disseminated_to_interested_parties,
//	reason_for_reporting                    Other
//	never_event_type                        NeverEvent
//	patient_date_of_birth                   the age is worked out from it; it is then forgotten
//
// Other columns are ignored.
//
// How the fields are read:
//
//   - NULL and NA, as databases and R write nothing, are nothing.
//   - Dates are day first, with or without a time; ISO is read too. See value.Dates
//     for a column that turns out to be month first.
//   - Several rows of one log number: the one with the latest modified_date is kept
//     (the later row in the file if they are equal) of those that can be used; every other is a reject,
//     superseded. Without the column the last row is kept.
//   - Revision: 0; StEIS has none.
//   - Age: the days from date of birth to date of incident as LFPSE counts them
//     (whole years 372 days each; under a year whole months 31; under a month
//     days). The date of birth stands in no field, text or reject.
//   - Harm: StEIS has no degree of harm. A record has one patient with harm missing.
//   - Category other: when type_of_incident is "Other" the text of type_of_incident_other
//     is the Subcategory.
//   - The national team strips every character that is not ASCII. We decode
//     instead (UTF-8, else Windows-1252), so that "café", "µg" and "½" stay as they were.
//
// Source: NHS England patient-safety-data-request-template, R/processors/steis.R.
package steis

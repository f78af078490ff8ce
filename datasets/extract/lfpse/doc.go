// Package lfpse reads patient safety events as Learn from Patient Safety Events
// (LFPSE) records them: FHIR AdverseEvent resources of taxonomy versions 5 and 6,
// and the flat extract of LFPSE's analysis tables.
//
// In go bytes, out come an [incident.Raw] for each event and a reject for each
// resource or row that can't be used. A reader never fails on a bad row, and
// kept + rejected rows = rows read.
//
// # FHIR
//
// A file is one of
//
//   - NDJSON: one AdverseEvent a line. A broken line is a reject with its line number.
//   - a Bundle: {"resourceType":"Bundle","type":"transaction","timestamp":"2025-03-05T02:00:00Z","entry":[…]}.
//     An entry is {"resource":{AdverseEvent}}, with or without
//     "request":{"method":"POST"|"PUT","url":"AdverseEvent/LF-000123"}. A withdrawal is
//     {"request":{"method":"DELETE","url":"AdverseEvent/LF-000123"}}, or with the
//     revision withdrawn, "AdverseEvent/LF-000123/_history/2", or by identifier,
//     "AdverseEvent?identifier=LF-000123"; it needs no resource. Its day is the
//     latest that stands before it in the file: the Bundle's timestamp, or a
//     meta.lastUpdated. An id in a url has to be the one that events are known by.
//   - a single AdverseEvent, on one line or many.
//
// Version 6, one line of NDJSON, broken here to be read ("B" stands for
// https://psims-uat.azure-api.net/taxonomy/fhir/StructureDefinition; only the last
// part of a profile's address is looked at, so any host will do):
//
//	{"resourceType":"AdverseEvent","id":"LF-000123",
//	 "meta":{"profile":["B/patient-safety-adverse-event-6"],"versionId":"2","lastUpdated":"2025-03-04T09:12:00Z"},
//	 "identifier":{"value":"LF-000123"},
//	 "contained":[
//	  {"resourceType":"Location","id":"location1","extension":[{"url":"B/location-details-6","extension":[
//	   {"url":"LocationKnown","valueCode":"y"},{"url":"Organisation","valueCode":"Z99"},
//	   {"url":"ServiceArea","valueCode":"1"},{"url":"LocationWithinService","valueCode":"4"},
//	   {"url":"ResponsibleSpecialty","valueCode":"10"}]}]},
//	  {"resourceType":"Practitioner","id":"practitioner1","extension":[{"url":"B/practitioner-details-6","extension":[
//	   {"url":"ReporterType","valueCode":"3"},{"url":"ReporterOrganisation","valueCode":"Z99"}]}]},
//	  {"resourceType":"Patient","id":"patient","extension":[
//	   {"url":"B/patient-information-6","extension":[
//	    {"url":"PatientSequence","valueInteger":1},{"url":"AgeAtTimeOfIncidentDays","valueInteger":26040},
//	    {"url":"GenderIdentity","valueCode":"1"},{"url":"PhysicalHarm","valueCode":"4"},
//	    {"url":"PsychologicalHarm","valueCode":"3"},{"url":"ClinicalOutcome","valueString":"…"}]},
//	   {"url":"B/patient-information-6","extension":[{"url":"PatientSequence","valueInteger":2},…]}]},
//	  {"resourceType":"Device","id":"device1","extension":[{"url":"B/adverse-event-device-details-6","extension":[
//	   {"url":"DeviceType","valueCode":"26"}]}]}],
//	 "extension":[
//	  {"url":"B/adverse-event-core-6","extension":[{"url":"Description","valueString":"…"}]},
//	  {"url":"B/adverse-event-agent-6","extension":[{"url":"InvolvedAgents","valueCode":"4"},{"url":"InvolvedAgents","valueCode":"3"}]},
//	  {"url":"B/adverse-event-safety-challenges-6","extension":[{"url":"SafetyChallenges","valueCode":"6"}]},
//	  {"url":"B/adverse-event-process-6","extension":[{"url":"HealthcareProcess","valueCode":"6"}]},
//	  {"url":"B/adverse-event-estimated-date-6","extension":[{"url":"IncidentOccurredToday","valueCode":"n"}]},
//	  {"url":"B/adverse-event-outcome-6","extension":[{"url":"ImmediateActions","valueString":"…"},{"url":"WentWell","valueString":"…"}]},
//	  {"url":"B/adverse-event-governance-6","extension":[{"url":"NeverEvent","valueBoolean":true},{"url":"NeverEventType","valueCode":"13"}]},
//	  {"url":"B/medication-dmd-6","extension":[{"url":"VTMString","valueString":"Heparin"}]},
//	  {"url":"B/adverse-event-problem-medication-6","extension":[{"url":"ProblemDescriptionMedication","valueString":"…"}]}],
//	 "actuality":"actual","event":{"coding":[{"code":"1"}]},"subject":{"reference":"#patient"},
//	 "date":"2025-03-01","location":{"reference":"#location1"},"recorder":{"reference":"#practitioner1"}}
//
// Version 5 is the same but for: profile patient-safety-adverse-event-5 and "-5"
// everywhere; "category":"AE" in place of actuality; "type" in place of event;
// the narrative in the top-level "description"; "Process" in place of
// "HealthcareProcess"; "Gender" in place of "GenderIdentity"; medicines as
// "DrugsInvolved" (valueString, any number) in adverse-event-agent-5; and one
// contained Patient resource for each patient. Both versions' places are read
// whatever the profile says; the version decides the code lists. A resource
// without a profile is read as version 5.
//
// How the fields are read:
//
//   - ID: identifier.value (an object or a list), else ReferenceNumber of the
//     extension adverse-event-reference-metadata, else id. Revision: meta.versionId;
//     without it, the next that the file has not had of this id, from 1.
//     Submitted: the date part of meta.lastUpdated, as written.
//   - Occurred: date; else TodaysDate or ApproximateDate ("YYYY-MM" is its first
//     day, as the national team's SQL has it) of adverse-event-estimated-date;
//     else unknown.
//   - Deleted: a DELETE entry; meta.tag with code "deleted"; status or actuality
//     "entered-in-error". A withdrawal needs an id and nothing else. Its Revision
//     is 0 when it names none: it withdraws every revision.
//   - Kind: event.coding.code 1 incident, 2 risk, 3 outcome, 4 good care. 1 and 4
//     are seen in a public submitter; the order of 2 and 3 is our reading.
//   - Organisation: Organisation of the location (where it happened), else ReporterOrganisation.
//   - CareSetting: ServiceArea (the first; for a risk RiskServiceArea). Location:
//     LocationWithinService. Specialty: ResponsibleSpecialty. Device: DeviceType.
//     Each falls back to its …Other text. Medication: VMPString, VTMString or
//     DrugsInvolved, the different ones joined by "; ".
//   - Category, in scheme "lfpse": the first safety challenge that isn't "None of
//     the above" or "I don't know"; else the first involved agent that isn't; else
//     the process; else "". A risk without any of them takes its first RiskTheme, an outcome its
//     first OutcomeType. Labels hold all of those in that order, without repeats,
//     when there is more than one.
//   - NeverEvent: NeverEventType; "" unless a type is ticked.
//   - Sex: Gender in words. GenderIdentity of version 6 has no public code list and stays a code.
//   - Patients: each extension patient-information, in all contained Patients,
//     ordered by PatientSequence. The event's harm is the worst over patients,
//     physical and psychological; without any patient it is not applicable.
//   - Free text: Description or description → Description; RiskDescription there
//     if there is no other, else Other; ImmediateActions → Actions; WentWell and
//     ClinicalOutcome → Outcome; StrengthsOfCare, HowFutureOccurrence,
//     RiskPopulation, ProblemDescription… and every …Other → Other.
//   - ReporterContact, and whatever else the reporter says of themselves, is never read.
//
// # Flat extract
//
// Comma-separated (tab, semicolon and pipe are found out), with a header; one row
// a patient, one row for an event without patients. A header is known by its
// question id, the part before the first "_" or " - ", so "F001",
// "F001_Description" and "F001 - Describe what happened" are the same column, and
// "A008_Other" and "A008_Other_DeviceTypeOther" are. The columns read, with * for required:
//
//	Reference*, Revision, TaxonomyVersion, SubmissionDate* (or ReportedDate,
//	OriginalSubmissionDate), EntityId, IsDeleted, CL001 (kind), T005 (occurred; or
//	OccurredDate), L002 (organisation; or OccurredOrganisationCode), R006 (reporter's
//	organisation; or ReporterOrganisationCode), L003 (service area), L004 (location
//	within service), L004_Other, L006 (specialty), L006_Other, F001* (description),
//	AC001 (immediate actions), OT001 (physical harm), OT002 (psychological harm),
//	OT003 (clinical outcome), OT008 (outcome type), P004 (age in days), Gender,
//	SafetyChallenges, A001 (agents), Process, A002 (medicines),
//	DMD002 (VTM), DMD004 (VMP), A008 (device type), A008_Other, A016_Other
//	(buildings, in words), NeverEventType (or NE001), RiskTheme, RiskDescription
//
// One of L002 and R006 must be there. Values are codes or labels. Several values
// of one question are joined with " {~@~} ". The rows of one (Reference, Revision)
// make one event, wherever they stand in the file; EntityId is the patient's
// sequence, and a row with an empty EntityId is an event without patients. Texts
// that repeat on each row of an event are kept once. IsDeleted is 1, true, y or yes
// for a withdrawal.
//
// # Harm and age
//
// Codes run backwards: physical 1 fatal … 5 none, psychological 1 severe … 4 none.
// Ages are days as LFPSE writes them: 1–30 are days; 31–371 must be a multiple of
// 31 (months); 372–74,028 a multiple of 372 (years); anything else is not valid
// and gives −1.
//
// Source: field names and code lists of version 5: github cuperman007/lfpse-taxonomy
// (Apache-2.0); the shape of version 6: a public submitter; question ids and rules:
// NHS England patient-safety-data-request-template, R/processors/lfpse.R and
// R/config/column_selection_lookups.R.
package lfpse

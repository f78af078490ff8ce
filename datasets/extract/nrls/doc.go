// Package nrls reads extracts of the National Reporting and Learning System
// (NRLS, until June 2024): delimited text, one row an incident.
//
// Columns are known by name in any order. Each is accepted under its question
// code or the long name in which extracts are published (letter case, spaces and
// punctuation don't matter); * is required:
//
//	INCIDENTID*        RP01 Unique Incident ID
//	RP02               RP02 Care Setting of Occurrence
//	RP07*              RP07 NHS Organisation Code
//	IN01               Date of Incident
//	CREATEDDT*         Date incident received by NRLS
//	IN03_LVL1…_LVL3    IN03 Location (lvl1) … (lvl3)
//	IN03_TEXT          IN03 Location - Free Text
//	IN04               IN04 Country
//	IN05_LVL1          IN05 Incident Category - Lvl1
//	IN05_LVL2          IN05 Incident Category - Lvl2
//	IN05_TEXT          IN05 Incident Category - Free Text
//	IN07*              IN07 Description of what happened
//	IN10               IN10 Actions Preventing Reoccurrence
//	IN11               IN11 Apparent Causes
//	AGE_AT_INCIDENT    Age at time of Incident (years)
//	PD02               PD02 Patient Sex
//	PD04               PD04 Adult/Paediatrics Specialty
//	PD05_LVL1, _LVL2   PD05 Specialty - Lvl 1, - Lvl 2
//	PD05_TEXT          PD05 Speciality - Free Text
//	PD09               PD09 Degree of harm (severity)
//	MD01, MD02         MD01 Med Process, MD02 Med Error Category (and _TEXT, … Free Text)
//	MD05, MD06         MD05 Approved Name (Drug 1), MD06 Proprietary Name (Drug 1)
//	MD30, MD31         MD30 Approved Name (Drug 2), MD31 Proprietary Name (Drug 2)
//	DE01               DE01 Type of Device
//	DE01_TEXT          DE01 Type of device - free text
//	DE03               DE03 Device name
//
// Other columns are ignored; the local incident number (TRUSTINCIDENTID) is never read.
//
// How the fields are read:
//
//   - NULL and NA, as databases and R write nothing, are nothing.
//   - Dates: ISO, with or without a time, or day first (31/01/2012, 31-Jan-2012,
//     31 January 2012); month first only in a column that shows it
//     is, see value.Dates. An incident without CREATEDDT takes IN01.
//   - An incident counts as English when IN04 is 1 or "England", or when IN04 is
//     97, 99, "Other", "Not known" or empty and RP07 is given. Any other is a
//     reject, outside-england. Without the column IN04 every row counts.
//   - Category is IN05 level 1 and Subcategory level 2, in scheme "nrls"; an option
//     code becomes its label where the code list is known, and stays as it is where not.
//   - Harm: PD09 as a label (No Harm, Low, Moderate, Severe, Death) or a code 1 to
//     5 in that order. Empty is missing. An incident without patients is not told
//     apart in NRLS. Anything else is a reject, bad-code.
//   - AGE_AT_INCIDENT is years, perhaps a fraction. Whole years become 372 days
//     each and, under a year, whole months 31 days each and days one each: LFPSE's
//     way of counting, so that age bands agree between the systems. Over 199
//     years, or not a number, is −1.
//   - Every incident has one patient. Revision is 0: NRLS has none.
//   - Specialty: PD05 level 2, else level 1. Location: the levels that are given, joined by " / ". Medication: MD05,
//     MD06, MD30, MD31. Device: DE01, else DE03.
//   - Free text: IN07 → Description, IN10 → Actions, IN11 → Causes; IN03_TEXT,
//     IN05_TEXT, PD05_TEXT, MD01_TEXT, MD02_TEXT, DE01_TEXT, DE03 → Other.
//   - The same INCIDENTID twice in a file: the first row is kept, the second is a
//     reject, duplicate-id.
//
// Source: NHS England patient-safety-data-request-template, R/processors/nrls.R and
// R/config/column_selection_lookups.R. PD09 by number is our reading.
package nrls

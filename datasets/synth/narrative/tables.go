package narrative

// Categories are the fifteen level-1 categories of NRLS (IN05) under the keys
// that the texts use.
//
// Source: Hansard, 30 January 2008 (Patients: Safety).
var Categories = map[string]string{
	"adm": "Access, admission, transfer, discharge (including missing patient)",
	"ass": "Clinical assessment (including diagnosis, scans, tests, assessments)",
	"con": "Consent, communication, confidentiality",
	"agg": "Disruptive, aggressive behaviour (includes patient-to-patient)",
	"doc": "Documentation (including electronic & paper records, identification and drug charts)",
	"imp": "Implementation of care and ongoing monitoring / review",
	"inf": "Infection Control Incident",
	"str": "Infrastructure (including staffing, facilities, environment)",
	"dev": "Medical device / equipment",
	"med": "Medication",
	"abu": "Patient abuse (by staff / third party)",
	"acc": "Patient accident",
	"shb": "Self-harming behaviour",
	"trt": "Treatment, procedure",
	"oth": "Other",
}

// harmProfiles gives, for each kind of scenario, how often each degree of harm
// comes of it: none, low, moderate, severe, fatal, in per cent. They are set so
// that all together come near the national 70/25/4/1.
var harmProfiles = map[string][Grades]float64{
	"fall":    {64, 31, 4, .9, .1},
	"skin":    {3, 78, 17.5, 1.5, 0},
	"drug":    {84, 14, 1.7, .27, .03},
	"delay":   {76, 18, 4.6, 1.1, .3},
	"proc":    {57, 33, 8, 1.8, .2},
	"ident":   {93, 6, .9, .1, 0},
	"mental":  {66, 29, 3.6, .8, .6},
	"self":    {38, 53, 7, 1.2, .8},
	"aggress": {78, 20, 1.8, .2, 0},
	"mother":  {42, 43, 13.5, 1.3, .2},
	"baby":    {52, 32, 12, 3, 1},
	"infect":  {52, 36, 9.5, 1.9, .6},
	"service": {91, 8, .9, .1, 0},
	"device":  {85, 12.5, 2.1, .36, .04},
	"deter":   {46, 32, 14, 5.4, 2.6},
	"death":   {0, 0, 0, 12, 88},
	"none":    {100, 0, 0, 0, 0},
	"severe":  {20, 35, 30, 13, 2},
}

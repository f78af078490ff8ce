package provider

import "psims/datasets/incident"

// mends says what to do about each reason for which a row is rejected.
var mends = map[incident.Reason]string{
	incident.BadCode:             "Use a code of the national list, or map your local code to one in your incident system.",
	incident.BadDate:             "Write the date as YYYY-MM-DD, and check that there is such a day.",
	incident.BadEncoding:         "Export the file as UTF-8 and send it again.",
	incident.BadNumber:           "Send a number without words or units.",
	incident.BadRow:              "Put a text that holds a delimiter, a quote or a line break into double quotes, and send the row again.",
	incident.DuplicateID:         "Give each event an id of its own.",
	incident.FutureDate:          "Correct the date of the event or the date of the report.",
	incident.IdentifierAsID:      "Don't use an NHS number as an id: send your incident system's own id.",
	incident.MissingDate:         "Send the date on which the event was reported, or on which it happened.",
	incident.MissingDescription:  "Make the description of what happened a required field in your incident system.",
	incident.MissingID:           "Send the id of your incident system.",
	incident.MissingOrganisation: "Send the code of the organisation that reports.",
	incident.NotAnEvent:          "Send patient safety events only; other resources are not read.",
	incident.OutsideEngland:      "Nothing to mend: events outside England are not counted here.",
	incident.Superseded:          "Nothing to mend: a later version of the same record stands in the file and was used.",
	incident.QualityRule:         "A rule of the national team turned the row away. The sentence for the row names it.",
}

// Mend says how to mend a row that was rejected for a reason.
func Mend(r incident.Reason) string {
	if s := mends[r]; s != "" {
		return s
	}
	return "The sentence for each row below says what is wrong with it."
}

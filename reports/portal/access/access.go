// Package access says who may do what in the portal: a role gives rights, an
// account's scope says over which events. It is one table, which the tests walk.
package access

import (
	"slices"

	"psims/datasets/decision"
)

// Right is something that a role may do.
type Right string

const (
	Anybody     Right = ""             // needs no account
	SeeAlerts   Right = "see alerts"   // the queue, themes, the watch list
	Decide      Right = "decide"       // on alerts, and second readings
	Correct     Right = "correct"      // labels of reports
	ReadReports Right = "read reports" // single reports, redacted; without it counts pass disclosure control
	Analyse     Right = "analyse"      // counts by measure, breakdown and period
	Ask         Right = "ask"          // SQL over de-identified tables
	Record      Right = "record"       // an event, through the forms
	Manage      Right = "manage"       // accounts
	ReadLog     Right = "read the log"
)

// Rights lists every right that a role can have.
func Rights() []Right {
	return []Right{SeeAlerts, Decide, Correct, ReadReports, Analyse, Ask, Record, Manage, ReadLog}
}

// rights is the table.
var rights = map[decision.Role][]Right{
	decision.NationalReviewer: {SeeAlerts, Decide, Correct, ReadReports, Analyse, Record},
	decision.NationalLead:     {SeeAlerts, Decide, Correct, ReadReports, Analyse, Ask, Record, ReadLog},
	decision.SpecialtyLead:    {SeeAlerts, Correct, ReadReports, Analyse, Record},
	decision.Provider:         {SeeAlerts, Correct, ReadReports, Analyse, Ask, Record},
	decision.RegionReader:     {Analyse, Record},
	decision.Analyst:          {SeeAlerts, ReadReports, Analyse, Ask, Record},
	decision.Administrator:    {Record, Manage, ReadLog},
	decision.Public:           {Analyse, Record},
}

// Person is who asks. The zero value is a visitor without an account.
type Person struct {
	Login string
	Name  string
	Role  decision.Role
	Scope decision.Scope
	Local bool // the one user of a portal that only this machine can reach: may do everything
}

// Local is the user of the single-user mode.
func Local() Person {
	return Person{Login: "local", Name: "Local user", Role: decision.NationalLead, Local: true}
}

// Of is the person of an account.
func Of(u decision.User) Person {
	return Person{Login: u.Login, Name: u.Name, Role: u.Role, Scope: u.Scope}
}

// May reports whether the person has a right.
func (p Person) May(r Right) bool {
	return r == Anybody || p.Local || slices.Contains(rights[p.Role], r)
}

// SeesAllOf reports whether the scope lets a person see every event of an organisation.
func (p Person) SeesAllOf(organisation string) bool {
	if p.Local || p.Scope.Whole() {
		return true
	}
	return slices.Contains(p.Scope.Organisations, organisation) && len(p.Scope.Specialties) == 0
}

// MayManage reports whether the person may change an account to what is given: an
// administrator of the whole installation any, an administrator of organisations
// those of accounts that see nothing beyond these.
func (p Person) MayManage(before, after decision.User) bool {
	if !p.May(Manage) {
		return false
	}
	if p.Local || p.Scope.Whole() {
		return true
	}
	own := func(u decision.User) bool {
		if u.Role != decision.Provider && u.Role != decision.RegionReader && u.Role != decision.Administrator {
			return false
		}
		if len(u.Scope.Organisations) == 0 || len(u.Scope.Regions) > 0 {
			return false
		}
		for _, o := range u.Scope.Organisations {
			if !slices.Contains(p.Scope.Organisations, o) {
				return false
			}
		}
		return true
	}
	return own(after) && (before.Login == "" || own(before))
}

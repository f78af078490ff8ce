package portal

import (
	"psims/reports/portal/access"
)

// people gives the names that pages call people by, by login.
type people map[string]string

// people reads the names of all accounts, those that are switched off too: what they
// did stays theirs. Where two people have the same name their logins tell them apart.
func (q *request) people() (people, error) {
	all, err := q.server.config.Store.Users(q.ctx())
	if err != nil {
		return nil, err
	}
	named := map[string]int{}
	for _, u := range all {
		named[u.Name]++
	}
	local := access.Local()
	p := people{local.Login: local.Name}
	for _, u := range all {
		switch {
		case u.Name == "":
		case named[u.Name] > 1:
			p[u.Login] = u.Name + " (" + u.Login + ")"
		default:
			p[u.Login] = u.Name
		}
	}
	return p, nil
}

// of names whoever has a login: the login itself where no account has a name for it.
func (p people) of(login string) string { return or(p[login], login) }

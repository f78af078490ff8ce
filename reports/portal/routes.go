package portal

import "psims/reports/portal/access"

// Route is one address of the portal and who may use it.
type Route struct {
	Pattern string // "GET /themes/{id}"
	Right   access.Right
	handle  func(*request) error
	parts   bool // its form carries a file: it looks at the form's token itself, before the file
	bare    bool // answers without a run on show, and without an account
}

// Routes lists every address. It is the only place where rights are asked for.
func (s *Server) Routes() []Route {
	return []Route{
		{Pattern: "GET /{$}", Right: access.Anybody, handle: s.home},
		{Pattern: "GET /alerts", Right: access.SeeAlerts, handle: s.queue},
		{Pattern: "GET /alerts/{id}", Right: access.SeeAlerts, handle: s.alert},
		{Pattern: "GET /handover", Right: access.Decide, handle: s.handover},
		{Pattern: "POST /handover", Right: access.Decide, handle: s.handOver},
		{Pattern: "GET /data/{file}", Right: access.SeeAlerts, handle: s.alertFile},
		{Pattern: "POST /alerts/{id}/decisions", Right: access.Decide, handle: s.decide},
		{Pattern: "POST /decisions/{id}/undo", Right: access.Decide, handle: s.undo},
		{Pattern: "POST /decisions/{id}/second", Right: access.Decide, handle: s.second},
		{Pattern: "GET /reports/{system}/{id}", Right: access.ReadReports, handle: s.report},
		{Pattern: "POST /reports/{system}/{id}/corrections", Right: access.Correct, handle: s.correct},
		{Pattern: "POST /corrections/{id}/undo", Right: access.Correct, handle: s.undoCorrection},
		{Pattern: "GET /labels", Right: access.Correct, handle: s.labels},
		{Pattern: "GET /themes", Right: access.SeeAlerts, handle: s.themes},
		{Pattern: "GET /themes/{id}", Right: access.SeeAlerts, handle: s.theme},
		{Pattern: "GET /watch", Right: access.SeeAlerts, handle: s.watch},
		{Pattern: "GET /organisations/{code}", Right: access.ReadReports, handle: s.organisation},
		{Pattern: "GET /organisations/{code}/data/{file}", Right: access.ReadReports, handle: s.organisationFile},
		{Pattern: "GET /organisations/{code}/learned/{file}", Right: access.ReadReports, handle: s.learnt},
		{Pattern: "POST /organisations/{code}/files", Right: access.ReadReports, handle: s.sendFile, parts: true},
		{Pattern: "GET /freshness", Right: access.Analyse, handle: s.freshness},
		{Pattern: "GET /search", Right: access.ReadReports, handle: s.search},
		{Pattern: "GET /search.csv", Right: access.ReadReports, handle: s.searchFile},
		{Pattern: "GET /analysis", Right: access.Analyse, handle: s.analysis},
		{Pattern: "GET /analysis.csv", Right: access.Analyse, handle: s.analysisFile},
		{Pattern: "POST /views", Right: access.SeeAlerts, handle: s.saveView},
		{Pattern: "POST /views/{id}/remove", Right: access.SeeAlerts, handle: s.removeView},
		{Pattern: "POST /snapshots", Right: access.SeeAlerts, handle: s.freeze},
		{Pattern: "GET /snapshots/{hash}", Right: access.Analyse, handle: s.snapshot},
		{Pattern: "GET /sql", Right: access.Ask, handle: s.question},
		{Pattern: "POST /sql", Right: access.Ask, handle: s.ask},
		{Pattern: "GET /accounts", Right: access.Manage, handle: s.accounts},
		{Pattern: "POST /accounts", Right: access.Manage, handle: s.setAccount},
		{Pattern: "POST /tokens", Right: access.Manage, handle: s.giveToken},
		{Pattern: "GET /log", Right: access.ReadLog, handle: s.log},
		{Pattern: "GET /record", Right: access.Record, handle: s.record},
		{Pattern: "POST /record", Right: access.Record, handle: s.sendRecord},
		{Pattern: "GET /record/{reference}", Right: access.Record, handle: s.ownRecord},
		{Pattern: "POST /record/open", Right: access.Record, handle: s.askRecord},
		{Pattern: "POST /record/remove", Right: access.Record, handle: s.removeRecord},
		{Pattern: "POST /record/withdraw", Right: access.Record, handle: s.withdrawRecord},
		{Pattern: "POST " + uploadPath, Right: access.Anybody, handle: s.upload, bare: true}, // a token of its own
		{Pattern: "GET " + uploadPath + "/{load}", Right: access.Anybody, handle: s.feedback, bare: true},
		{Pattern: "GET /accessibility", Right: access.Anybody, handle: s.accessibility},
		{Pattern: "GET /sign-in", Right: access.Anybody, handle: s.signIn, bare: true},
		{Pattern: "GET /sign-in/answer", Right: access.Anybody, handle: s.signedIn, bare: true},
		{Pattern: "POST /sign-out", Right: access.Anybody, handle: s.signOut, bare: true},
		{Pattern: "GET /static/{file}", Right: access.Anybody, handle: s.static, bare: true},
		{Pattern: "GET /healthz", Right: access.Anybody, handle: s.health, bare: true},
		{Pattern: "GET /metrics", Right: access.Anybody, handle: s.metrics, bare: true},
		{Pattern: "/", Right: access.Anybody, handle: s.nothing},
	}
}

package specialty

import (
	"fmt"
	"slices"

	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/quote"
)

func (v *view) weeklySubtitle() string {
	if len(v.Weeks.Weeks) == 0 {
		return ""
	}
	weeks := v.Weeks.Weeks[max(0, len(v.Weeks.Weeks)-v.config.Weeks):]
	return fmt.Sprintf("Reports by week reported, all organisations, %s to %s", page.Date(weeks[0]), page.Date(min(weeks[len(weeks)-1]+6, v.run.AsOf)))
}

// leastMean is the mean a week below which a process chart of a theme says nothing.
const leastMean = 1

// themeWeeks is how many weeks the small charts of themes show.
const themeWeeks = 26

// leastDrawn is how many reports of its last themeWeeks a theme must have for small
// charts to be worth a look: one in two weeks.
const leastDrawn = themeWeeks / 2

// askThemes asks for small charts of the themes side by side, unless all have too few
// reports to show a course.
func (v *view) askThemes() {
	if !slices.ContainsFunc(v.Themes, func(t Theme) bool { return t.Weeks.Last(themeWeeks, 0) >= leastDrawn }) {
		return
	}
	m := chart.Multiples{Unit: "Reports"}
	for _, t := range v.Themes {
		days, counts, _ := v.LastWeeks(t.Weeks, themeWeeks)
		if len(days) == 0 || len(m.Weeks) > 0 && len(days) != len(m.Weeks) {
			return
		}
		m.Weeks, m.Names, m.Counts = days, append(m.Names, page.Capital(t.Name)), append(m.Counts, counts)
	}
	if len(m.Names) > 0 {
		v.Ask(chart.Figure{ID: v.key + "-themes", Title: "Themes by week: " + v.Name, Plot: m})
	}
}

// themesHeadline says which themes were told of more in the last 12 weeks than before.
func (v *view) themesHeadline() string {
	var more []string
	for _, t := range v.Themes {
		now, before := v.Count(t.Recent), v.Count(t.Before)
		if difference := now.Value - before.Value; difference*difference > 4*(now.Value+before.Value) && difference > 0 {
			more = append(more, lowered(t.Name))
		}
	}
	if len(more) == 0 {
		return "No theme is told of clearly more than in the 12 weeks before"
	}
	return "Told of more than in the 12 weeks before: " + page.Join(more)
}

func (v *view) changeTable() page.Table {
	t := page.Table{ID: "theme-changes", Caption: "Whether the last week is usual, by theme", Empty: "No theme has a report a week, which is what it takes to judge whether a week is usual.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Last week"}},
		Note:    "Judged by the same rules as the chart above. A theme of less than 1 report a week is not judged: the search for new issues looks at those."}
	for i, th := range v.Themes {
		if !v.Lists() || float64(th.Weeks.Last(52, 0)) < leastMean*52 {
			continue
		}
		state := page.Cell{Text: book.ProcessWord(th.Weeks.Process)}
		t.Rows = append(t.Rows, []page.Cell{{Text: page.Capital(th.Name), Href: "#" + v.themeID(i)}, state})
	}
	return t
}

func (v *view) alertTable() page.Table {
	t := page.Table{ID: "touching", Caption: "Alerts with reports from this specialty", Empty: "No alert has a report from this specialty.",
		Columns: []page.Column{{Heading: "Issue"}, {Heading: "Status"}, {Heading: "Reports here", Numeric: true}, {Heading: "Reports in all", Numeric: true}, {Heading: "Worst harm"}}}
	for _, a := range v.Alerts {
		tag := page.LifeTag(string(a.Status))
		t.Rows = append(t.Rows, []page.Cell{
			{Text: fmt.Sprintf("%d. %s", a.Rank, page.Capital(a.Title)), Href: "../" + a.Href}, {Tag: &tag},
			{Text: v.Count(a.Here).Text}, {Text: v.Count(a.Total).Text}, {Text: quote.HarmName(a.Worst)},
		})
	}
	return t
}

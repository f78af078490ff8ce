package portal

import (
	"fmt"
	"strconv"

	"psims/reports/page"
)

// turn leads to the pages of a long list before and after this one.
type turn struct {
	Where          string // "Page 2 of 7"
	Previous, Next *page.Link
}

// place gives which page of a list the address asks for, from 1, and the last one.
func (q *request) place(n, perPage int) (at, last int) {
	last = max(1, (n+perPage-1)/perPage)
	at, err := strconv.Atoi(q.field("page"))
	if err != nil {
		at = 1
	}
	return min(max(at, 1), last), last
}

func (q *request) turn(at, last int) turn {
	if last == 1 {
		return turn{}
	}
	link := func(to int, text string) *page.Link {
		v := q.r.URL.Query()
		v.Set("page", strconv.Itoa(to))
		v.Del("done")
		return &page.Link{Href: q.r.URL.Path + "?" + v.Encode(), Text: text}
	}
	t := turn{Where: fmt.Sprintf("Page %d of %d", at, last)}
	if at > 1 {
		t.Previous = link(at-1, "Previous page")
	}
	if at < last {
		t.Next = link(at+1, "Next page")
	}
	return t
}

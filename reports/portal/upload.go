package portal

import "io"

// uploadPath takes extracts from programs.
const uploadPath = "/api/uploads"

// Upload is a file on its way into the inbox.
type Upload struct {
	Organisation string // whose token sent it; "" for a record from the forms
	Name         string // as the sender calls it: for show, never for a path
	Body         io.Reader
}

// Receipt is what the sender of a file is told at once.
type Receipt struct {
	Load     string         `json:"load"`
	SHA256   string         `json:"sha256"`
	Format   string         `json:"format"`
	Read     int            `json:"rows_read"`
	Kept     int            `json:"rows_kept"`
	Rejected map[string]int `json:"rejected_by_reason"`
	First    string         `json:"first_problem,omitempty"` // line and sentence
}

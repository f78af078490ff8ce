package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"psims/datasets/feedback"
	"psims/datasets/warehouse"
)

// answer writes what each sender of a load is told.
func (h home) answer(l warehouse.Load, told *feedback.Load) error {
	for _, f := range told.Answers(feedback.Facts{ID: l.ID, File: l.File, Rejected: l.RowsRejected, RejectedBy: l.Rejected}) {
		dir := h.path("feedback", feedback.Folder(f.Organisation))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
		text, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
		// Not flushed to the disk one by one: a national file has thousands of
		// senders, and the loads hold all that is needed to write them again.
		if err := os.WriteFile(filepath.Join(dir, l.ID+".json"), append(text, '\n'), 0o644); err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
	}
	return nil
}

// Package modeltest holds what every model that learns from labelled rows must do,
// as tests that the model's own tests call.
package modeltest

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/models/label"
)

// Model is a fitted model of inputs X, as seen by the checks.
type Model[X any] interface {
	// Predict gives the numbers of all rows of x, the same count for each row.
	Predict(x X) []float32
	// Bytes gives the model as it is saved.
	Bytes() ([]byte, error)
}

// Contract says how to put a model to the test.
type Contract[X any] struct {
	// Fit learns from rows and their labels.
	Fit func(ctx context.Context, x X, y *label.Table, seed uint64) (Model[X], error)
	// Load restores a saved model; nil if the model has no form of its own to be saved in.
	Load func([]byte) (Model[X], error)
	// Data makes rows to learn from and their labels, the same at each call.
	Data func() (X, *label.Table)
	// Gather gives the given rows of x, in the given order.
	Gather func(x X, rows []int32) X
	// Bad makes inputs that must be refused with an error, by what is wrong with them.
	Bad map[string]func() (X, *label.Table)
}

// Check holds a model to its contract: the same seed gives the same bytes on one
// core and on several; inputs are not touched; bad inputs are refused; a saved and
// loaded model predicts the same; rows are judged one by one, whatever their order;
// goroutines may predict at the same time; a context that is done stops the fit.
func Check[X any](t *testing.T, c Contract[X]) {
	t.Helper()
	x, y := c.Data()
	fit := func(t *testing.T) Model[X] {
		t.Helper()
		m, err := c.Fit(context.Background(), x, y, 1)
		if err != nil {
			t.Fatalf("fitting: %v", err)
		}
		return m
	}
	m := fit(t)
	want := m.Predict(x)
	saved := save(t, m)

	t.Run("leaves inputs alone", func(t *testing.T) {
		x2, y2 := c.Data()
		if diff := cmp.Diff(x2, x); diff != "" {
			t.Errorf("rows were changed:\n%s", diff)
		}
		if diff := cmp.Diff(y2, y, cmp.AllowUnexported(label.Table{})); diff != "" {
			t.Errorf("labels were changed:\n%s", diff)
		}
	})
	t.Run("gives the same bytes on any number of cores", func(t *testing.T) {
		for _, cores := range []int{1, 3} {
			before := runtime.GOMAXPROCS(cores)
			again := fit(t)
			bytesAgain, predictions := save(t, again), again.Predict(x)
			runtime.GOMAXPROCS(before)
			if !bytes.Equal(saved, bytesAgain) {
				t.Errorf("on %d cores the model differs", cores)
			}
			if !cmp.Equal(want, predictions) {
				t.Errorf("on %d cores predictions differ", cores)
			}
		}
	})
	t.Run("predicts the same when loaded", func(t *testing.T) {
		if c.Load == nil {
			t.Skip("this model is saved as part of another")
		}
		back, err := c.Load(saved)
		if err != nil {
			t.Fatalf("loading: %v", err)
		}
		if !cmp.Equal(want, back.Predict(x)) {
			t.Error("predictions differ")
		}
		if !bytes.Equal(saved, save(t, back)) {
			t.Error("saved again, the bytes differ")
		}
	})
	t.Run("judges row by row", func(t *testing.T) {
		n := y.Rows()
		each := len(want) / n
		rows := make([]int32, n)
		for i := range rows {
			rows[i] = int32(n - 1 - i)
		}
		got := m.Predict(c.Gather(x, rows))
		for i := range n {
			if !cmp.Equal(got[i*each:(i+1)*each], want[(n-1-i)*each:(n-i)*each]) {
				t.Fatalf("row %d is judged otherwise when rows come backwards", n-1-i)
			}
		}
	})
	t.Run("predicts on several goroutines", func(t *testing.T) {
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if !cmp.Equal(want, m.Predict(x)) {
					t.Error("predictions differ")
				}
			})
		}
		wait.Wait()
	})
	t.Run("stops when the context is done", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.Fit(ctx, x, y, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	for name, bad := range c.Bad {
		t.Run("refuses "+name, func(t *testing.T) {
			x, y := bad()
			if _, err := c.Fit(context.Background(), x, y, 1); err == nil {
				t.Error("no error")
			}
		})
	}
}

func save[X any](t *testing.T, m Model[X]) []byte {
	t.Helper()
	data, err := m.Bytes()
	if err != nil {
		t.Fatalf("saving: %v", err)
	}
	return data
}

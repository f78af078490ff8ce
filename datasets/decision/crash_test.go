package decision_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/datasets/decision"
)

// TestMain makes the test binary the process that is killed: with this in its
// environment it does nothing but decide, and says each decision once it is stored.
func TestMain(m *testing.M) {
	path := os.Getenv("PSIMS_TEST_DECIDE")
	if path == "" {
		os.Exit(m.Run())
	}
	s, err := decision.Open(context.Background(), path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := 0; ; i++ {
		alert := fmt.Sprintf("alert-%d-%d", os.Getpid(), i)
		if _, err := s.Decide(context.Background(), act("ann", 20000), known(alert)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(alert)
	}
}

// Nothing that was acknowledged is lost when the process is killed in the middle
// of its work, however often, and the log still holds together.
func TestKilledProcessLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "review.sqlite")
	var acknowledged []string
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "PSIMS_TEST_DECIDE="+path)
		var complaint strings.Builder
		child.Stderr = &complaint
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < 20+7*round && lines.Scan(); n++ {
			acknowledged = append(acknowledged, lines.Text())
		}
		time.Sleep(time.Duration(round) * 300 * time.Microsecond) // at another moment of the next decision
		if err := child.Process.Kill(); err != nil {              // SIGKILL: it can't tidy up
			t.Fatalf("killing: %v %s", err, complaint.String())
		}
		for lines.Scan() { // what it had said and we had not read yet
			acknowledged = append(acknowledged, lines.Text())
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
	}
	s, err := decision.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // reading only
	standing, err := s.Standing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, alert := range acknowledged {
		if _, ok := standing[alert]; !ok {
			t.Errorf("%s was acknowledged and is lost", alert)
		}
	}
	head, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if int(head.Lines) != len(standing) || len(standing) > len(acknowledged)+5 {
		t.Errorf("%d lines of the log, %d decisions, %d acknowledged", head.Lines, len(standing), len(acknowledged))
	}
	t.Logf("%d decisions acknowledged over 5 kills, %d stored", len(acknowledged), len(standing))
}

package decision_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

// rounds is how often the process is killed: PSIMS_KILLS times, 5 when it is not set.
func rounds(t *testing.T) int {
	v := os.Getenv("PSIMS_KILLS")
	if v == "" {
		return 5
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("PSIMS_KILLS: %v", err)
	}
	return n
}

// Nothing that was acknowledged is lost when the process is killed in the middle
// of its work, however often, and the log still holds together.
func TestKilledProcessLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "review.sqlite")
	var acknowledged []string
	kills := rounds(t)
	for round := range kills {
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
	if int(head.Lines) != len(standing) || len(standing) > len(acknowledged)+kills { // at most one a kill was stored and not yet told
		t.Errorf("%d lines of the log, %d decisions, %d acknowledged", head.Lines, len(standing), len(acknowledged))
	}
	t.Logf("%d decisions acknowledged over %d kills, %d stored", len(acknowledged), kills, len(standing))
}

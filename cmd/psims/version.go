package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// version is what "psims version" prints; the build sets it from git.
var version = "development"

type versionVerb struct{}

// Run prints the version.
func (versionVerb) Run(a *app) error {
	goVersion := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(map[string]string{"version": version, "go": goVersion})
	}
	_, err := fmt.Fprintf(a.out, "psims %s (%s)\n", version, goVersion)
	return err
}

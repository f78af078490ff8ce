// Package sbom holds the test that keeps the bill of materials true: every module
// that is linked into psims and every package that is built into its pages, with
// version, hash and licence, in docs/sbom.cdx.json (CycloneDX) and docs/licences.md.
// Run it with -update after a change of go.mod or of reports/assets/package-lock.json.
package sbom

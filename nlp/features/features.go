// Package features turns narratives into rows of numbers that models can learn
// from, and back into the words that people can read.
//
// [Count] counts the terms of a set of texts: the raw material for finding what is
// new or what belongs together.
package features

// Package training teaches the product to those who use it: short lessons with
// questions, and the attestation that ends a course. It refuses to forbid
// anything to people who have not followed it.
package training

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
)

// Course is a few lessons for one job. Editions differ by what they teach: an
// attestation names the edition followed.
type Course struct {
	Key     string
	Edition int
	Title   string
	For     string // whom it is for, in a sentence
	Lessons []Lesson
	needs   identity.Permission
}

// Lesson is a page to read and what to check one has understood.
type Lesson struct {
	Key       string
	Title     string
	Minutes   int
	Parts     []Part
	Questions []Question
}

// Part is a heading with its paragraphs and its steps.
type Part struct {
	Title      string
	Paragraphs []string
	Steps      []string
}

// Question has one right answer, and a sentence that says why.
type Question struct {
	Text    string
	Answers []string
	Right   int
	Because string
}

// Courses lists every course, in the order screens show them.
func Courses() []Course { return []Course{counterCourse, scannerCourse} }

// The keys of the courses.
const (
	CounterCourse = "guichet"
	ScannerCourse = "mediation"
)

// For lists the courses that concern what an actor does.
func For(actor identity.Actor) []Course {
	var list []Course
	for _, c := range Courses() {
		if actor.Can(c.needs) && actor.AccountID != uuid.Nil {
			list = append(list, c)
		}
	}
	return list
}

// Minutes is how long the whole course takes.
func (c Course) Minutes() int {
	sum := 0
	for _, l := range c.Lessons {
		sum += l.Minutes
	}
	return sum
}

// Lesson finds a lesson and its place in the course; ok is false for none.
func (c Course) Lesson(key string) (lesson Lesson, index int, ok bool) {
	index = slices.IndexFunc(c.Lessons, func(l Lesson) bool { return l.Key == key })
	if index < 0 {
		return Lesson{}, 0, false
	}
	return c.Lessons[index], index, true
}

// Progress is how far a person is in a course.
type Progress struct {
	Course      Course
	Passed      map[string]time.Time // by lesson key
	Attestation *Attestation
}

// Complete reports whether every lesson is passed.
func (p Progress) Complete() bool { return len(p.Passed) == len(p.Course.Lessons) }

// Next is the first lesson not passed yet; the first one when all are.
func (p Progress) Next() Lesson {
	for _, l := range p.Course.Lessons {
		if _, done := p.Passed[l.Key]; !done {
			return l
		}
	}
	return p.Course.Lessons[0]
}

// Attestation says that a person followed a course, for their organisation.
type Attestation struct {
	ID               uuid.UUID
	AccountID        uuid.UUID
	Course           string
	Edition          int
	PersonName       string
	OrganisationName string
	PointIDs         []uuid.UUID
	IssuedAt         time.Time
}

package tongue

var english = Words{
	Code: "en", Dir: "ltr", Name: "English",

	Title: "Your Pass numérique vouchers",
	Paid:  "They pay for help to learn how to use the internet, a computer or a phone.",
	Free:  "It is free for you.",

	Cheques: "Your vouchers", Until: "Use them by %s at the latest.", Keep: "Keep your vouchers as safe as money.",
	HowTitle:     "What to do",
	How:          [3]string{"Call one of the places below.", "Make an appointment.", "Come with your vouchers and this letter."},
	Services:     "What we suggest you learn",
	ServicesNote: "The names are in French: show this list at the place.",
	Steps:        "Your steps",
	StepsNote:    "Tick a box when a step is done. The names are in French: show them at the place.",
	NoPlace:      "Finding a place", OnePlace: "The nearest place", Many: "The nearest places",
	Call: "Call %s", CallSomeone: "Call %s: %s", AskFor: "Ask for %s",
	Open: "Open:", Access: "Access:", Transport: "Public transport:",
	Learn: "You can learn:", SameTown: "in the same town", Metres: "%s\u00a0m away", Kilometres: "%s\u00a0km away",
	Ateliers:    "Next workshops near here",
	Appointment: "My appointment", AppointmentDay: "Day", AppointmentTime: "time", AppointmentWith: "with",
	AllPlaces: "All places:", OrCall: "or",
	Carnet: "Booklet number:", CarnetNote: "Keep this number: you need it if you lose your vouchers.",
	Photo: "My Pass numérique places", PhotoNote: "Take a picture of this page with your phone.",
	Closed: "closed", Always: "every day, at any time", Everyday: "every day",
	DayRange: "%s to %s", TimeRange: "%s–%s", Date: "%[1]d\u00a0%[2]s\u00a0%[3]d", Decimal: ".",
	Comma: ", ", And: " and ",

	Days:   [8]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "public holidays"},
	Months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	Levels: [3]Meaning{
		{"Discover", "understand what the internet is for"}, {"Master", "learn to use it"}, {"Do more", "go further on your own"}},
	Categories: [9]Meaning{
		{"Find out", "know what exists"}, {"Understand", "know how it works"},
		{"Use", "a computer, a phone, the internet"}, {"Online procedures", "taxes, health, benefits, pension"},
		{"Digital identity", "what is known about you on the internet"}, {"Contribute", "share what you know"},
		{"Control your data", "protect your information"}, {"Explore new possibilities", "create, publish, make"},
		{"Work", "look for a job"}},
	Families: [9]string{"online procedures", "everyday tools", "looking for a job", "safety on the internet", "children and screens",
		"leisure and creation", "digital culture", "using a computer", "buying equipment at a fair price"},
}

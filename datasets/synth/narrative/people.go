package narrative

import (
	"strings"

	"psims/datasets/synth/chance"
)

// person is an invented name, joined at random.
type person struct{ first, last string }

// drawPerson joins a common first name with a common surname. Some surnames are
// joined by a hyphen.
func drawPerson(src *chance.Source, female bool) person {
	names := men
	if female {
		names = women
	}
	p := person{names[src.Intn(len(names))], surnames[src.Intn(len(surnames))]}
	if other := surnames[src.Intn(len(surnames))]; src.Uint64()%18 == 0 && other != p.last && !strings.ContainsAny(p.last+other, " '-") {
		p.last += "-" + other
	}
	return p
}

var women = []string{
	"Margaret", "Doreen", "Patricia", "Jean", "Maureen", "Sheila", "Brenda", "Elsie", "Edna", "Ivy", "Kathleen", "Joyce", "Hilda",
	"Susan", "Karen", "Julie", "Tracey", "Deborah", "Sharon", "Linda", "Christine", "Angela", "Gillian", "Wendy", "Lorraine",
	"Sarah", "Claire", "Emma", "Rebecca", "Laura", "Gemma", "Kelly", "Stacey", "Hannah", "Chloe", "Ellie", "Megan", "Grace", "Poppy",
	"Priya", "Anjali", "Sunita", "Meena", "Fatima", "Aisha", "Zainab", "Khadija", "Nasreen", "Shazia", "Amina", "Yasmin", "Leila",
	"Blessing", "Ngozi", "Adaeze", "Chioma", "Folake", "Abena", "Ama", "Thandiwe", "Wanjiku", "Precious", "Marcia", "Beverley",
	"Agnieszka", "Katarzyna", "Ewa", "Magdalena", "Ioana", "Elena", "Svetlana", "Mei", "Li Na", "Xiu", "Thuy", "Maricel", "Jocelyn",
	"Rosario", "Luz", "Siobhan", "Niamh", "Aoife", "Bronwen", "Carys", "Morag", "Ines", "Carmela", "Giulia",
}

var men = []string{
	"Albert", "Stanley", "Ronald", "Kenneth", "Derek", "Dennis", "Raymond", "Gordon", "Leslie", "Cyril", "Norman", "Harold", "Reginald",
	"David", "Stephen", "Paul", "Ian", "Kevin", "Gary", "Nigel", "Graham", "Colin", "Trevor", "Barry", "Clive", "Keith", "Neil",
	"James", "Daniel", "Matthew", "Lee", "Craig", "Darren", "Ryan", "Callum", "Liam", "Jake", "Alfie", "Oscar", "Tyler", "Jordan",
	"Rajesh", "Sanjay", "Vikram", "Arjun", "Harpreet", "Gurdeep", "Mohammed", "Imran", "Tariq", "Yusuf", "Abdul", "Hassan", "Omar",
	"Emeka", "Chidi", "Oluwaseun", "Kwame", "Kofi", "Tendai", "Babatunde", "Winston", "Delroy", "Piotr", "Tomasz", "Krzysztof",
	"Andrei", "Mihai", "Wei", "Jun", "Minh", "Jomar", "Rodrigo", "Sean", "Padraig", "Declan", "Gareth", "Rhys", "Hamish", "Marco", "Luca",
}

// Some of these are also everyday words (Ward, Young, Bell, Rose, Day, Bird):
// whoever removes names from texts meets them in life too.
var surnames = []string{
	"Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson", "Evans", "Walker",
	"White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Hughes", "Edwards", "Turner", "Hill", "Cooper", "Ward", "Moore",
	"Morris", "Harrison", "King", "Baker", "Lee", "Allen", "Parker", "Cook", "Bennett", "Young", "Bell", "Price", "Cox", "Rose", "Day",
	"Bird", "Marsh", "Frost", "Lamb", "Pope", "Speight", "Ackroyd", "Braithwaite", "Entwistle", "Greenhalgh", "Pickles", "Tregenza",
	"Patel", "Shah", "Singh", "Kaur", "Khan", "Ahmed", "Hussain", "Begum", "Ali", "Chaudhry", "Mahmood", "Iqbal", "Rahman", "Miah",
	"Sharma", "Gupta", "Desai", "Nair", "Menon", "Reddy", "Iyer", "Fernandes", "D'Souza", "Pereira", "Silva", "Perera",
	"Okafor", "Okonkwo", "Adeyemi", "Balogun", "Eze", "Nwosu", "Mensah", "Boateng", "Owusu", "Asante", "Ncube", "Moyo", "Dube", "Mwangi",
	"Campbell", "Francis", "Grant", "Bailey", "Chen", "Wong", "Li", "Zhang", "Nguyen", "Tran", "Santos", "Reyes", "Cruz", "Garcia",
	"Dela Cruz", "Villanueva", "Kowalski", "Nowak", "Wisniewski", "Popescu", "Ionescu", "Novak", "Petrov", "Rossi", "Ferrari", "O'Brien",
	"O'Neill", "Murphy", "Kelly", "Walsh", "Byrne", "McCarthy", "McDonald", "MacLeod", "Llewellyn", "Pritchard", "van der Berg", "De Souza",
	"Al-Hassan", "El-Sayed", "Haddad", "Yilmaz", "Demir", "Abdi", "Warsame", "Tesfaye", "Bekele",
}

"""The sample users.  All of them are invented; a name says nothing about a real person."""

from dataclasses import dataclass

from muster.core.actors import Role

PASSWORD = "muster-demo"  # noqa: S105 - printed to everybody: the demo holds nothing of value


@dataclass(frozen=True, slots=True)
class Person:
    """A sample user with one role for one party."""

    username: str
    name: str
    role: Role
    party: str


FIRST = Person("anna", "Anna Lindqvist", Role.COORDINATOR, "EADRCC")
SECOND = Person("bruno", "Bruno Maes", Role.COORDINATOR, "EADRCC")
MOVER = Person("lena", "Lena Novak", Role.LOGISTICS, "EADRCC")
PEOPLE = (
    FIRST,
    SECOND,
    MOVER,
    Person("ada", "Ada Ferri", Role.ANALYST, "EADRCC"),
    Person("oksana", "Oksana Melnyk", Role.RECIPIENT, "UKR"),
    Person("evert", "Evert Saar", Role.RECIPIENT, "EST"),
    Person("deniz", "Deniz Kaya", Role.RECIPIENT, "TUR"),
    Person("dieter", "Dieter Brandt", Role.DONOR, "DEU"),
    Person("epp", "Epp Tamm", Role.DONOR, "EST"),
    Person("elise", "Elise Bonnet", Role.DONOR, "EU"),
    Person("fanni", "Fanni Laine", Role.DONOR, "FIN"),
    Person("ilaria", "Ilaria Conti", Role.DONOR, "ITA"),
    Person("mihai", "Mihai Rusu", Role.DONOR, "MDA"),
    Person("tomas", "Tomas Vesely", Role.DONOR, "NATO"),
    Person("noor", "Noor de Wit", Role.DONOR, "NLD"),
    Person("nora", "Nora Haugen", Role.DONOR, "NOR"),
    Person("pola", "Pola Zielinska", Role.DONOR, "POL"),
    Person("svea", "Svea Lund", Role.DONOR, "SWE"),
    Person("uma", "Uma Reyes", Role.DONOR, "USA"),
)


def person_for(role: Role, party: str) -> Person:
    """Find who has the role for the party; raises LookupError if nobody has."""
    for person in PEOPLE:
        if person.role is role and person.party == party:
            return person
    raise LookupError(f"no sample user is {role} for {party}")

"""The fictional specialist leaders: forty rows, each with the state its story ends in."""

from __future__ import annotations

from dataclasses import dataclass

from providers.choices import Expertise as E
from reviews.examples.programmes import ASSURED, EXEMPLARY, NOT_YET, TOWARDS


@dataclass(frozen=True)
class ExampleLeader:
    """`state` is of the review ("none": designated, never put forward); `deployments` is how many are closed."""

    designator: str
    name: str
    expertise: tuple[str, ...]
    state: str = "published"
    band: str = ASSURED
    deployments: int = 3
    day_rate: int = 350
    kind: str = "sle"
    named: bool = True


L = ExampleLeader
LEADERS: tuple[ExampleLeader, ...] = (
    L("larkmoor", "Maud Ellerby", (E.MATHEMATICS, E.ASSESSMENT), band=EXEMPLARY, deployments=5),
    L("larkmoor", "Tobias Wrenfield", (E.BEHAVIOUR, E.ATTENDANCE)),
    L("larkmoor", "Priya Castlemere", (E.ENGLISH, E.LITERACY), band=EXEMPLARY, deployments=6),
    L("larkmoor", "Joel Harcastle-Finch", (E.SCIENCE,)),
    L("larkmoor", "Ngozi Thistlewood", (E.SEND, E.CLOSING_GAP), named=False),
    L("larkmoor", "Rhys Penhallowe", (E.CPD, E.CURRICULUM), band=TOWARDS, deployments=2),
    L("larkmoor", "Beatrix Holloway-Dunn", (E.HISTORY, E.GEOGRAPHY)),
    L("larkmoor", "Samir Oldfieldhurst", (E.COMPUTING,), "assessing"),
    L("larkmoor", "Greta Marchbanks", (E.LANGUAGES, E.EAL), "fact_check"),
    L("larkmoor", "Ivo Lathbury-Cole", (E.ART, E.DESIGN_TECHNOLOGY), "none", deployments=1),
    L("larkmoor", "Hester Quarrington", (E.MUSIC, E.DRAMA), "none", deployments=0),
    L("larkmoor", "Dafydd Oakhanger", (E.PE, E.PSHE), "draft", deployments=1),
    L("quillbridge", "Alma Brackenridge", (E.EARLY_YEARS, E.PHONICS), band=EXEMPLARY, deployments=5, day_rate=400),
    L("quillbridge", "Conrad Silverlock", (E.BUSINESS,), day_rate=420),
    L("quillbridge", "Yusra Fennimore", (E.SEND,), day_rate=400),
    L("quillbridge", "Leopold Ashgrove-Tye", (E.CURRICULUM, E.RELIGIOUS_EDUCATION), "adjudicating", day_rate=400),
    L("quillbridge", "Nell Winterbourne-Shaw", (E.LITERACY, E.PHONICS), day_rate=400, named=False),
    L("quillbridge", "Osric Tamblyn", (E.MATHEMATICS,), "deciding", day_rate=400),
    L("quillbridge", "Farida Copperthwaite", (E.INITIAL_TRAINING, E.CPD), "none", deployments=2, day_rate=400),
    L("fennshire", "Wilf Sandringay", (E.CLOSING_GAP, E.ATTENDANCE), day_rate=0),
    L("fennshire", "Ottoline Reedmace", (E.EARLY_YEARS,), band=EXEMPLARY, deployments=5, day_rate=0),
    L("fennshire", "Kofi Landermere", (E.MATHEMATICS, E.ASSESSMENT), day_rate=0),
    L("fennshire", "Sunniva Drake-Holm", (E.SEND,), "suspended", day_rate=0),
    L("fennshire", "Barnaby Eelgrass", (E.ENGLISH,), "lapsed", day_rate=0),
    L("fennshire", "Ines Washbrook", (E.SCIENCE, E.CURRICULUM), "submitted", day_rate=0),
    L("fennshire", "Merrick Fordham-Lyle", (E.BEHAVIOUR,), "none", deployments=1, day_rate=0),
    L("rowan-hill", "Perpetua Southwell-Ray", (E.CPD, E.CURRICULUM), day_rate=450),
    L("rowan-hill", "Caspian Trent-Moor", (E.COMPUTING, E.DESIGN_TECHNOLOGY), band=TOWARDS, deployments=2, day_rate=450),
    L("rowan-hill", "Amara Kelhamdale", (E.ACADEMIES,), kind="nle", day_rate=500),
    L("rowan-hill", "Fergus Ollerby", (E.ATTENDANCE, E.PSHE), "returned", day_rate=450),
    L("rowan-hill", "Linnea Thoresfield", (E.LITERACY,), "none", deployments=0, day_rate=450),
    L("wexmoor-diocese", "Agnes Candlesby", (E.RELIGIOUS_EDUCATION,), day_rate=300),
    L("wexmoor-diocese", "Horace Bellwater", (E.CURRICULUM, E.HISTORY), "closed", NOT_YET, 1, 300),
    L("wexmoor-diocese", "Zora Minsterley", (E.EARLY_YEARS, E.LITERACY), "none", deployments=1, kind="lle", day_rate=300),
    L("thornbeck", "Edith Lunesdale-Barr", (E.SCIENCE, E.INITIAL_TRAINING), day_rate=280),
    L("thornbeck", "Anselm Bowfell", (E.GEOGRAPHY,), "withdrawn", day_rate=280),
    L("thornbeck", "Rukmini Hesketh-Vale", (E.CLOSING_GAP, E.EAL), band=TOWARDS, deployments=2, day_rate=280),
    L("mereside", "Jolyon Weaverham-Price", (E.MATHEMATICS,), day_rate=0),
    L("mereside", "Clemency Saltersford", (E.LANGUAGES,), "none", deployments=2, day_rate=0),
    L("mereside", "Ambrose Tattonhurst", (E.ASSESSMENT, E.BUSINESS), "assessing", kind="nlg", day_rate=0),
)  # fmt: skip

# Which providers are themselves put forward, and how their stories end.
PROVIDER_REVIEWS: tuple[tuple[str, str, str], ...] = (
    ("larkmoor", "published", EXEMPLARY),
    ("quillbridge", "published", ASSURED),
    ("fennshire", "published", ASSURED),
    ("thornbeck", "published", TOWARDS),
    ("wexmoor-university", "published", ASSURED),
    ("rowan-hill", "published", ASSURED),
    ("eastmarch", "assessing", ASSURED),
    ("brightlea", "fact_check", ASSURED),
    ("mereside", "draft", ASSURED),
)

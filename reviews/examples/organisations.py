"""The fictional organisations: one or more for each way of organising provision."""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.choices import LegalForm, OrganisingModel, ProviderKind, RelationshipKind


@dataclass(frozen=True)
class Organisation:
    """A fictional organisation. `team` says whether it gets people of its own; others only stand in relationships."""

    key: str
    name: str
    kind: str
    model: str = ""
    legal_form: str = ""
    authority: str = ""
    outcode: str = ""
    summary: str = ""
    governance: str = ""
    voice: str = ""
    purpose: str = ""
    team: bool = True
    ties: tuple[tuple[str, str], ...] = field(default=())


def _members(prefix: str, names: tuple[str, ...], authority: str, into: str) -> tuple[Organisation, ...]:
    return tuple(
        Organisation(
            f"{prefix}-{number}",
            name,
            ProviderKind.SCHOOL,
            legal_form=LegalForm.MAINTAINED_SCHOOL,
            authority=authority,
            team=False,
            ties=((RelationshipKind.MEMBER_OF, into),),
        )
        for number, name in enumerate(names, start=1)
    )


LARKMOOR_SCHOOLS = (
    "Larkmoor Academy of Arts", "Priors Lea School", "Sallowfield High School", "Kestrel Bank School",
    "Dunmarsh School", "Netherby Cross High School", "Ashdown Mere School", "St Osyth's Larkmoor",
    "Hollin Edge School", "Tarnside Community School", "Wetherlea School", "Cold Aston Reach School",
    "Millrace High School",
)  # fmt: skip

ORGANISATIONS: tuple[Organisation, ...] = (
    Organisation(
        "thornbeck",
        "Thornbeck High School",
        ProviderKind.SCHOOL,
        OrganisingModel.HOME_GROWN,
        LegalForm.MAINTAINED_SCHOOL,
        "Lancashire",
        "LA2",
        "A maintained secondary of 1,050 pupils that grows its own leaders and opens the same courses to neighbours.",
        "Professional learning committee of governors",
        "Two neighbouring heads sit on the committee and see every evaluation.",
        "We train our own leaders because we could not buy what fits a rural school; others may join at cost.",
    ),
    Organisation(
        "larkmoor",
        "Larkmoor Secondary Alliance",
        ProviderKind.TSA,
        OrganisingModel.ALLIANCE,
        LegalForm.UNINCORPORATED,
        "Derbyshire",
        "DE4",
        "Thirteen secondaries that pool specialist leaders and run shared leadership courses.",
        "Alliance board of thirteen heads",
        "Every member head has one vote; a parent governor chairs the quality group.",
        "Each school gives time and gets time: improvement comes from working in each other's classrooms.",
    ),
    Organisation(
        "quillbridge",
        "Quillbridge Partnership",
        ProviderKind.PARTNERSHIP_COMPANY,
        OrganisingModel.PARTNERSHIP_COMPANY,
        LegalForm.COMPANY_GUARANTEE,
        "Suffolk",
        "IP14",
        "A not-for-profit company owned by five trusts, serving about 320 schools with leadership development.",
        "Board of trust nominees and elected heads",
        "Client schools elect four of nine directors and review quality each term.",
        "Surpluses go back into places for small schools.",
    ),
    Organisation(
        "eastmarch",
        "Eastmarch Leadership Board",
        ProviderKind.NETWORK,
        OrganisingModel.MIDDLE_TIER,
        LegalForm.UNINCORPORATED,
        "Lincolnshire",
        "LN2",
        "A regional middle tier that coordinates trusts, alliances, a diocese and firms so that schools see one offer.",
        "Eastmarch regional board",
        "Heads of twelve schools, drawn by lot each year, form the scrutiny panel.",
        "No school should miss good development because of where it is.",
    ),
    Organisation(
        "wexmoor-diocese",
        "Diocese of Wexmoor Board of Education",
        ProviderKind.DIOCESE,
        OrganisingModel.DIOCESAN,
        LegalForm.CHARITY,
        "Lincolnshire",
        "LN5",
        "Leadership formation for church schools, open to all schools in the area.",
        "Diocesan board of education",
        "Six heads advise the board; two are from community schools.",
        "Leaders who serve: vision that can be seen in the timetable and the budget.",
        ties=((RelationshipKind.PARTNER_IN, "eastmarch"),),
    ),
    Organisation(
        "fennshire",
        "Fennshire Education Improvement Partnership",
        ProviderKind.EIP,
        OrganisingModel.LA_EIP,
        LegalForm.PUBLIC_BODY,
        "Cambridgeshire",
        "PE28",
        "A local authority partnership on subscription, with consultants and accredited schools across the area.",
        "Partnership steering group",
        "Subscribing schools elect the steering group and set the yearly plan.",
        "A subscription that every school can afford, spent where need is greatest.",
    ),
    Organisation(
        "mereside",
        "Mereside Secondaries' Exchange",
        ProviderKind.NETWORK,
        OrganisingModel.SECONDARY_EXCHANGE,
        LegalForm.UNINCORPORATED,
        "Cheshire East",
        "CW11",
        "Nine secondaries that exchange leaders' time and buy together what they cannot exchange.",
        "Heads' exchange committee",
        "Each school reports yearly what it gave and what it got.",
        "Nothing is sold: hours given are hours earned.",
    ),
    Organisation(
        "brightlea",
        "Brightlea Leadership",
        ProviderKind.COMPANY,
        OrganisingModel.NATIONAL_PRIVATE,
        LegalForm.COMPANY_SHARES,
        "Leeds",
        "LS1",
        "A private firm offering courses and coaching across England, face to face and online.",
        "Quality committee with an independent chair",
        "A panel of clients meets twice a year.",
        "Well-made courses at a price that is published in full.",
    ),
    Organisation(
        "wexmoor-university",
        "University of Wexmoor School of Education",
        ProviderKind.UNIVERSITY,
        OrganisingModel.UNIVERSITY,
        LegalForm.CHARTERED,
        "Lincolnshire",
        "LN6",
        "Masters-level leadership study with partner schools, and evaluation for other providers.",
        "Faculty board",
        "Partner heads co-teach and sit on the programme committee.",
        "Study that starts from a school's own question.",
        ties=((RelationshipKind.PARTNER_IN, "eastmarch"),),
    ),
    Organisation(
        "rowan-hill",
        "Rowan Hill Learning Trust",
        ProviderKind.MAT,
        OrganisingModel.MIDDLE_TIER,
        LegalForm.ACADEMY_TRUST,
        "Nottinghamshire",
        "NG24",
        "A trust of eleven schools that opens its leadership programmes to its region.",
        "Trust education committee",
        "Heads of partner schools outside the trust hold two seats.",
        "What we learn in one school we owe to the others.",
        ties=((RelationshipKind.MEMBER_OF, "eastmarch"),),
    ),
    Organisation(
        "ida-fairlamb",
        "Fairlamb Coaching",
        ProviderKind.CONSULTANT,
        OrganisingModel.NATIONAL_PRIVATE,
        LegalForm.SOLE_TRADER,
        "Northumberland",
        "NE46",
        "One experienced former head who coaches new heads of small schools.",
        "Peer supervision group",
        "Three client heads review the practice each summer.",
        "A head should never be alone with a hard decision.",
        ties=((RelationshipKind.DELIVERS_FOR, "fennshire"),),
    ),
    *(
        Organisation(
            key,
            name,
            ProviderKind.MAT,
            legal_form=LegalForm.ACADEMY_TRUST,
            authority=authority,
            team=False,
            ties=((RelationshipKind.PARTNER_IN, "quillbridge"),),
        )
        for key, name, authority in (
            ("saltings", "Saltings Multi-Academy Trust", "Suffolk"),
            ("orford-way", "Orfordway Schools Trust", "Suffolk"),
            ("deben-vale", "Debenvale Learning Trust", "Suffolk"),
            ("breck-heath", "Breckheath Academies", "Norfolk"),
            ("yare-bridge", "Yarebridge Trust", "Norfolk"),
        )
    ),
    *_members("larkmoor-school", LARKMOOR_SCHOOLS, "Derbyshire", "larkmoor"),
    *_members(
        "mereside-school",
        ("Mereside High School", "Alderhythe School", "Broadmere School"),
        "Cheshire East",
        "mereside",
    ),
    Organisation(
        "fenny-cross",
        "Fenny Cross Primary School",
        ProviderKind.SCHOOL,
        legal_form=LegalForm.MAINTAINED_SCHOOL,
        authority="Cambridgeshire",
        team=False,
        ties=((RelationshipKind.SUBSCRIBES_TO, "fennshire"),),
    ),
)

# Ties that start at an organisation above.
EXTRA_TIES: tuple[tuple[str, str, str], ...] = (
    ("eastmarch", RelationshipKind.COORDINATES, "rowan-hill"),
    ("eastmarch", RelationshipKind.COORDINATES, "wexmoor-diocese"),
    ("eastmarch", RelationshipKind.COORDINATES, "brightlea"),
    ("eastmarch", RelationshipKind.COORDINATES, "larkmoor"),
    ("fennshire", RelationshipKind.ACCREDITS, "fenny-cross"),
    ("quillbridge", RelationshipKind.SERVES, "saltings"),
    ("quillbridge", RelationshipKind.SERVES, "orford-way"),
    ("quillbridge", RelationshipKind.SERVES, "deben-vale"),
    ("quillbridge", RelationshipKind.SERVES, "breck-heath"),
    ("quillbridge", RelationshipKind.SERVES, "yare-bridge"),
)

"""What the API tells of the catalogue and of what stands in it. No personal data."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from programmes.api.base import PageField, QuickSerializer, SourceSerializer, StandingSerializer, source_of
from programmes.choices import EntryKind
from programmes.models import CatalogueEntry, Cohort, Price, Programme
from programmes.queries.feedback import CommissionersSay
from programmes.queries.fit import Fit
from programmes.queries.leaders import Evaluations, without_name
from programmes.views.cards import entry_url
from providers.models import Provider, SpecialistLeader


class FitSerializer(serializers.Serializer[Fit]):
    """How an entry fits the school in `place`, from where it has worked. Never part of a rating."""

    score = serializers.IntegerField(allow_null=True, help_text="0 to 100; null where too little is known")
    coverage = serializers.IntegerField(allow_null=True, help_text="How much could be compared, of 100")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="The strongest first")
    like = serializers.IntegerField(help_text="How many of the schools it has worked in are like this one")
    contexts = serializers.IntegerField(help_text="How many schools it has worked in are on the register")


class EntrySerializer(QuickSerializer, serializers.ModelSerializer[CatalogueEntry]):
    """One row of the catalogue, as search knows it."""

    provider = serializers.SlugRelatedField[Provider](slug_field="slug", read_only=True)
    region = serializers.SlugRelatedField[Any](slug_field="code", read_only=True, allow_null=True)
    authority = serializers.CharField(source="authority_id", allow_null=True, help_text="DfE code")
    standing = StandingSerializer(source="*")
    price = serializers.FloatField(allow_null=True)
    full_cost = serializers.FloatField(
        allow_null=True, help_text="Fee, materials, travel and cover of one participant (£)"
    )
    hours = serializers.FloatField(allow_null=True)
    miles = serializers.SerializerMethodField(help_text="Whole miles from `place`, where it was given")
    fit = serializers.SerializerMethodField(
        help_text="Where `place` is a school; null where no school it has worked in is known"
    )
    page = serializers.SerializerMethodField()

    class Meta:
        model = CatalogueEntry
        fields = (
            "kind",
            "slug",
            "title",
            "provider",
            "provider_name",
            "provider_kind",
            "organising_model",
            "programme_kind",
            "npq",
            "summary",
            "is_example",
            "standing",
            "audience",
            "career_stages",
            "phases",
            "topics",
            "standards",
            "expertise",
            "modes",
            "reach",
            "regions",
            "region",
            "authority",
            "travels_miles",
            "miles",
            "fit",
            "hours",
            "weeks",
            "price",
            "full_cost",
            "funding_model",
            "next_start",
            "places_left",
            "accreditation",
            "evaluation_level",
            "continuum",
            "page",
        )

    def get_miles(self, entry: CatalogueEntry) -> int | None:
        # Whole miles: the exact distance of a person's school from many points would tell which school it is.
        distance = getattr(entry, "distance", None)
        return None if distance is None else round(distance)

    @extend_schema_field(FitSerializer(allow_null=True))
    def get_fit(self, entry: CatalogueEntry) -> dict[str, Any] | None:
        found = self.context.get("fits", {}).get(entry.pk)
        return FitSerializer(found).data if found else None

    @extend_schema_field(serializers.URLField())
    def get_page(self, entry: CatalogueEntry) -> str:
        return self.context["request"].build_absolute_uri(entry_url(entry))


def _standing(entries: list[CatalogueEntry], kind: EntryKind) -> Any:
    entry = next((one for one in entries if one.kind == kind), None)
    return StandingSerializer(entry).data if entry else None


class ProviderSerializer(serializers.ModelSerializer[Provider]):
    region = serializers.SlugRelatedField[Any](slug_field="code", read_only=True, allow_null=True)
    authority = serializers.CharField(source="authority_id", allow_null=True, help_text="DfE code")
    school = serializers.IntegerField(source="school_id", allow_null=True, help_text="URN")
    claimed = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    page = PageField("provider_page")

    class Meta:
        model = Provider
        fields = (
            "slug",
            "name",
            "kind",
            "organising_model",
            "legal_form",
            "summary",
            "website",
            "ukprn",
            "company_number",
            "charity_number",
            "group_uid",
            "school",
            "region",
            "authority",
            "ended_on",
            "claimed",
            "is_example",
            "standing",
            "source",
            "page",
        )

    def get_claimed(self, provider: Provider) -> bool:
        return provider.claimed_at is not None

    @extend_schema_field(StandingSerializer(allow_null=True))
    def get_standing(self, provider: Provider) -> Any:
        return _standing(provider.own_entries, EntryKind.PROVIDER)  # type: ignore[attr-defined]

    @extend_schema_field(SourceSerializer(allow_null=True))
    def get_source(self, provider: Provider) -> Any:
        return source_of(provider)


class PriceSerializer(serializers.ModelSerializer[Price]):
    class Meta:
        model = Price
        fields = (
            "valid_from",
            "per_participant",
            "per_school",
            "vat_included",
            "cover_days",
            "cover_day_cost",
            "travel",
            "materials",
            "funding_note",
            "confirmed_on",
        )


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    class Meta:
        model = Cohort
        fields = (
            "name",
            "starts_on",
            "ends_on",
            "mode",
            "venue",
            "postcode",
            "places",
            "places_left",
            "confirmed_on",
        )


class VersionSerializer(serializers.Serializer[Any]):
    """What the public version of a programme contains."""

    number = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    aims = serializers.CharField(allow_blank=True)
    content = serializers.CharField(allow_blank=True)
    suits = serializers.CharField(allow_blank=True)
    does_not_suit = serializers.CharField(allow_blank=True)
    audience = serializers.ListField(child=serializers.CharField())
    career_stages = serializers.ListField(child=serializers.CharField())
    phases = serializers.ListField(child=serializers.CharField())
    topics = serializers.ListField(child=serializers.CharField())
    standards = serializers.ListField(child=serializers.CharField())
    modes = serializers.ListField(child=serializers.CharField())
    reach = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    hours = serializers.FloatField(allow_null=True)
    weeks = serializers.IntegerField(allow_null=True)
    places = serializers.IntegerField(allow_null=True, help_text="In each cohort")
    accreditation = serializers.CharField(allow_blank=True)
    evidence_base = serializers.CharField(allow_blank=True)
    evaluation_level = serializers.CharField(allow_blank=True, help_text="Guskey, 1 to 5")
    funding_model = serializers.CharField(allow_blank=True)
    continuum_index = serializers.IntegerField(allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """One answer to a question with how many gave it."""

    answer = serializers.CharField()
    n = serializers.IntegerField()


class LevelSerializer(serializers.Serializer[Any]):
    """What commissioners saw at one of Guskey's levels."""

    level = serializers.CharField()
    answers = AnswerSerializer(many=True)


class CommissionersSerializer(serializers.Serializer[Any]):
    """What school leaders who commissioned it say; beside the rating and never part of it. Only `n` is told while
    there are fewer than three.
    """

    n = serializers.IntegerField(help_text="How many have answered; each counts once, with the latest answer")
    again = AnswerSerializer(many=True, help_text="Whether they would commission it again")
    levels = LevelSerializer(many=True)


class HeadsSerializer(serializers.Serializer[Any]):
    """What the heads of supported schools say when the work is finished; never part of a rating. Only `n` is told
    while there are fewer than three.
    """

    n = serializers.IntegerField(help_text="How many have evaluated")
    levels = AnswerSerializer(many=True, help_text="How far they saw the effect (Guskey)")
    values = AnswerSerializer(many=True, help_text="Whether it was worth what it cost")


def _answers(counted: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"answer": words, "n": n} for words, n in counted]


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    provider = serializers.SlugRelatedField[Provider](slug_field="slug", read_only=True)
    npq = serializers.CharField(source="npq_course_id", allow_null=True)
    is_example = serializers.SerializerMethodField()
    version = VersionSerializer(source="public_version")
    prices = PriceSerializer(many=True)
    cohorts = CohortSerializer(many=True, source="cohorts_to_come")
    standing = serializers.SerializerMethodField()
    commissioners = serializers.SerializerMethodField()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    page = PageField("programme_page")

    class Meta:
        model = Programme
        fields = (
            "slug",
            "provider",
            "kind",
            "npq",
            "ended_on",
            "is_example",
            "version",
            "prices",
            "cohorts",
            "standing",
            "commissioners",
            "source",
            "page",
        )

    def get_is_example(self, programme: Programme) -> bool:
        return programme.is_example or programme.provider.is_example

    @extend_schema_field(StandingSerializer(allow_null=True))
    def get_standing(self, programme: Programme) -> Any:
        entry = getattr(programme, "catalogue_entry", None)
        return StandingSerializer(entry).data if entry else None

    @extend_schema_field(CommissionersSerializer())
    def get_commissioners(self, programme: Programme) -> Any:
        said = self.context["voices"].get(programme.pk, CommissionersSay(0))
        return {
            "n": said.n,
            "again": _answers(said.again),
            "levels": [{"level": level, "answers": _answers(answers)} for level, answers in said.levels],
        }

    @extend_schema_field(SourceSerializer(allow_null=True))
    def get_source(self, programme: Programme) -> Any:
        return source_of(programme)


class LeaderSerializer(serializers.ModelSerializer[SpecialistLeader]):
    """A specialist leader; the name and home school only while consent to be named stands."""

    title = serializers.CharField(source="public_name", help_text="Name, or kind and code without consent")
    designator = serializers.SlugRelatedField[Provider](slug_field="slug", read_only=True)
    home_school = serializers.SerializerMethodField(help_text="URN, only of a person who agreed to be named")
    summary = serializers.SerializerMethodField()
    day_rate = serializers.FloatField(allow_null=True)
    is_example = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()
    heads = serializers.SerializerMethodField()
    page = PageField("leader_page")

    class Meta:
        model = SpecialistLeader
        fields = (
            "slug",
            "kind",
            "title",
            "designator",
            "home_school",
            "expertise",
            "phases",
            "summary",
            "status",
            "designated_on",
            "designation_ends_on",
            "day_rate",
            "vat_charged",
            "home_school_share",
            "travels_miles",
            "works_online",
            "is_example",
            "standing",
            "heads",
            "page",
        )

    def get_home_school(self, leader: SpecialistLeader) -> int | None:
        return leader.home_school_id if leader.consent_named_at else None

    def get_summary(self, leader: SpecialistLeader) -> str:
        return without_name(leader, leader.summary)

    def get_is_example(self, leader: SpecialistLeader) -> bool:
        return leader.is_example or leader.designator.is_example

    @extend_schema_field(StandingSerializer(allow_null=True))
    def get_standing(self, leader: SpecialistLeader) -> Any:
        entry = getattr(leader, "catalogue_entry", None)
        return StandingSerializer(entry).data if entry else None

    @extend_schema_field(HeadsSerializer())
    def get_heads(self, leader: SpecialistLeader) -> Any:
        heads = self.context["voices"].get(leader.pk, Evaluations(0))
        return {"n": heads.n, "levels": _answers(heads.levels), "values": _answers(heads.values)}

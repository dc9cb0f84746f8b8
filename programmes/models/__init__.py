from programmes.models.bulk_import import BulkImport
from programmes.models.catalogue import CatalogueEntry
from programmes.models.catalogue_change import CatalogueChange
from programmes.models.contexts import EntryContext, ProgrammeContext
from programmes.models.enquiry import Enquiry, EnquiryMessage, EnquiryRecipient, EnquiryReport
from programmes.models.feedback import Feedback, FeedbackInvitation, FeedbackReply
from programmes.models.needs import NeedsBrief
from programmes.models.npq import NPQCourse
from programmes.models.programme import Cohort, Price, Programme, ProgrammeVersion
from programmes.models.saved_search import SavedSearch
from programmes.models.shortlist import Shortlist, ShortlistItem
from programmes.models.views import EntryViews
from programmes.models.vocabulary import SearchWord

__all__ = [
    "BulkImport",
    "CatalogueChange",
    "CatalogueEntry",
    "Cohort",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryRecipient",
    "EnquiryReport",
    "EntryContext",
    "EntryViews",
    "Feedback",
    "FeedbackInvitation",
    "FeedbackReply",
    "NPQCourse",
    "NeedsBrief",
    "Price",
    "Programme",
    "ProgrammeContext",
    "ProgrammeVersion",
    "SavedSearch",
    "SearchWord",
    "Shortlist",
    "ShortlistItem",
]

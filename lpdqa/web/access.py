"""Who may open a view. Nothing is open unless it says so.

Every function view declares its access with exactly one of these decorators, outermost or next to
`require_POST` and its kin:

    @public
    def how_ratings_are_made(request): ...

    @signed_in
    def my_work(request): ...

    @requires("reviews.assign_assessors")
    def board(request): ...

    @requires("reviews.view_submission", get=submission_or_404)
    def detail(request, submission): ...

In the last form `get(request, **url_kwargs)` loads the object (or raises Http404), the permission is asked
about that object, and the view receives the object in place of the values from the address. A view can
therefore not act on another object than the one that was checked.

`DefaultDenyMiddleware` refuses a view without a declaration, and a test walks every route of the site.
Third-party views can't be decorated; `THIRD_PARTY` lists the modules that are trusted to guard themselves,
each with its reason.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework.views import APIView

from lpdqa.accounts.models import User

View = Callable[..., HttpResponseBase]
Getter = Callable[..., Any]

# Module prefix -> why its views need no declaration of ours.
THIRD_PARTY: dict[str, str] = {
    "allauth.": "sign-in pages; allauth asks for sign-in and re-authentication itself where a page needs it",
    "django.contrib.admin.": "every admin view passes AdminSite.admin_view, which lets only staff in",
    "django.contrib.sitemaps.": "lists public addresses only",
    "django.contrib.staticfiles.": "style sheets and scripts, served by Django in development only",
    "django.views.static": "style sheets and scripts, served by Django in development only",
    "django_prometheus.": "counts and timings without personal data; the network decides who can read them",
    "drf_spectacular.": "the description of the public API; SERVE_PERMISSIONS says who may read it",
    "whitenoise.": "style sheets and scripts",
}


def public(view: View) -> View:
    """Anyone may open this view, signed in or not."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _mark(wrapper, "public")


def signed_in(view: View) -> View:
    """Anyone with an account may open this view; others sign in first and come back afterwards."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        return view(request, *args, **kwargs)

    return _mark(wrapper, "signed_in")


def requires(
    permission: str, get: Getter | None = None, *, anonymous: bool = False
) -> Callable[[View], View]:
    """Only people who hold `permission`, a django-rules name like "reviews.view_submission", may open this.

    get: loads the object the permission is about, from the request and the values in the address. The view
        then receives that object as its second positional argument instead of those values. None counts as
        not found.
    anonymous: ask the rule about visitors too (a published programme is for everyone, a draft is not).
        Without it a visitor is sent to the sign-in page before anything is loaded, so that the answer doesn't
        tell which objects exist.

    A visitor who is refused goes to the sign-in page; a signed-in person gets PermissionDenied (403).
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated and not anonymous:
                return _sign_in_first(request)
            if get is None:
                if not request.user.has_perm(permission):
                    return _refuse(request)
                return view(request, *args, **kwargs)
            found = get(request, *args, **kwargs)
            if found is None:
                raise Http404
            if not request.user.has_perm(permission, found):
                return _refuse(request)
            return view(request, found)

        return _mark(wrapper, f"permission:{permission}")

    return decorator


def the_user(request: HttpRequest) -> User:
    """The signed-in person; the view's declaration of access has made sure that there is one."""
    if not isinstance(request.user, User):
        raise TypeError("This view needs a signed-in person.")
    return request.user


def declared_access(view: Any) -> str | None:
    """Return how a routed view guards itself, or None where nothing says so (it must then not be opened)."""
    access = getattr(view, "access", None)
    if isinstance(access, str):
        return access
    api_class = getattr(view, "cls", None)
    if isinstance(api_class, type) and issubclass(api_class, APIView):
        return _api_access(api_class)
    # Django's admin puts these on every view it wraps, including those that a ModelAdmin of ours overrides.
    if hasattr(view, "model_admin") or hasattr(view, "admin_site"):
        return "third party: django.contrib.admin."
    module = getattr(view, "__module__", "") or ""
    for prefix in THIRD_PARTY:
        if module.startswith(prefix) or f"{module}." == prefix:
            return f"third party: {prefix}"
    return None


def _api_access(api_class: type[APIView]) -> str | None:
    """A REST view is declared when it, or a parent other than DRF's own, names its permission classes."""
    for parent in api_class.__mro__:
        if parent.__module__.startswith("rest_framework."):
            continue
        if "permission_classes" in vars(parent):
            names = [getattr(p, "__name__", str(p)) for p in api_class.permission_classes]
            return "api: " + ", ".join(names)
    return None


def _mark(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    # Coming back to an address that only takes POST would end in an error page: return to "my work" instead.
    if request.method not in ("GET", "HEAD"):
        return redirect_to_login("", redirect_field_name=None)
    return redirect_to_login(request.get_full_path())


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return _sign_in_first(request)
    raise PermissionDenied

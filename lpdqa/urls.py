"""Every address of the register. Each app brings its own table; a view says who may open it
(`lpdqa.web.access`).
"""

from django.urls import URLPattern, URLResolver, include, path

from providers.admin import reference

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("programmes.urls")),
    path("", include("programmes.choosing_urls")),
    path("", include("programmes.manage_urls")),
    path("", include("lpdqa.web.urls")),
    path("", include("lpdqa.notices.urls")),
    path("", include("lpdqa.runtime.urls")),
    path("", include("reviews.public_urls")),
    path("api/", include("lpdqa.api_urls")),
    path("", include("providers.urls")),
    path("", include("providers.reference_urls")),
    path("", include("reviews.urls")),
    path("account/", include("allauth.urls")),
    path("reference/", reference.urls),
]

handler400 = "lpdqa.web.errors.bad_request"
handler403 = "lpdqa.web.errors.permission_denied"
handler404 = "lpdqa.web.errors.page_not_found"
handler500 = "lpdqa.web.errors.server_error"

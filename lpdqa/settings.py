"""Settings, safe for production by default; everything that differs between machines comes from the environment.

On one machine `manage.py up` writes the values it generated (secret key, database and broker addresses) into the
environment of the processes it starts, so nothing secret is ever shipped.
"""

import contextlib
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

from lpdqa.logs import logging_config

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("LPDQA_DATA_DIR", default=str(BASE_DIR / "var")))

# --- Security -----------------------------------------------------------------------------------------------

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    with contextlib.suppress(OSError):
        SECRET_KEY = (DATA_DIR / "secrets" / "secret_key").read_text().strip()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Plain HTTP is for one machine only; unset, every cookie and address insists on HTTPS.
PLAIN_HTTP = env.bool("LPDQA_PLAIN_HTTP", default=False)
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("LPDQA_BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip

# --- Applications -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_prometheus",
    "lpdqa.accounts",
    "lpdqa.audit",
    "lpdqa.drafts",
    "lpdqa.notices",
    "lpdqa.runtime",
    "lpdqa.web",
    "providers",
    "programmes",
    "reviews",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lpdqa.web.middleware.PackTextMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lpdqa.web.middleware.RequestLogMiddleware",
    "lpdqa.web.middleware.ReadFromAnywhereMiddleware",
    "lpdqa.web.middleware.DefaultDenyMiddleware",
    "lpdqa.web.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "lpdqa.urls"
WSGI_APPLICATION = "lpdqa.wsgi.application"
FORM_RENDERER = "lpdqa.web.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "lpdqa.web.context.site",
            ],
            "builtins": ["lpdqa.web.templatetags.components"],
        },
    },
]

# --- Database, cache, queue ---------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///lpdqa")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Seconds. Without it a page (and /readyz) would wait for minutes for a database machine that is gone.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DATABASES["default"].setdefault("TEST", {})["NAME"] = env("TEST_DATABASE_NAME", default=None)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker killed with a task in hand gives it back after this many seconds (and the sweep finds it earlier).
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "lpdqa.runtime.tasks.heartbeat", "schedule": 10.0},
    "sweep-stale-ratings": {"task": "reviews.tasks.sweep_stale_ratings", "schedule": 15.0},
    "count-words": {"task": "programmes.tasks.count_words", "schedule": crontab(minute=40)},
    "run-simulations": {"task": "reviews.tasks.run_simulations", "schedule": 60.0},
    "sweep-statistics": {"task": "reviews.tasks.work_out_statistics", "schedule": 60.0},
    "work-on-allocations": {"task": "reviews.tasks.work_on_allocations", "schedule": 60.0},
    "seal-entries": {"task": "lpdqa.audit.tasks.seal_entries", "schedule": 60.0},
    "seal-all-entries": {
        "task": "lpdqa.audit.tasks.seal_all_entries",
        "schedule": crontab(hour=1, minute=50),
    },
    "nightly": {"task": "reviews.tasks.nightly", "schedule": crontab(hour=2, minute=10)},
    "tell-teams": {"task": "programmes.tasks.tell_teams", "schedule": 300.0},
    "send-alerts": {"task": "programmes.tasks.send_alerts", "schedule": crontab(hour="6-20", minute=20)},
    # Three times, so that a mail server that was down is made good the same day.
    "ask-commissioners": {
        "task": "programmes.tasks.ask_commissioners",
        "schedule": crontab(hour="2,5,8", minute=50),
    },
    "store-views": {"task": "programmes.tasks.store_views", "schedule": 300.0},
    "apply-imports": {"task": "programmes.tasks.apply_waiting_imports", "schedule": 120.0},
    "send-notices": {"task": "lpdqa.notices.tasks.send_due", "schedule": 60.0},
    "forget-notices": {"task": "lpdqa.notices.tasks.forget", "schedule": crontab(hour=2, minute=55)},
    "forget-drafts": {"task": "lpdqa.drafts.tasks.forget", "schedule": crontab(hour=2, minute=50)},
    "open-data": {"task": "reviews.tasks.write_open_data", "schedule": crontab(hour=3, minute=10)},
    "forget": {"task": "programmes.tasks.forget", "schedule": crontab(hour=2, minute=40)},
}

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "lpdqa.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "lpdqa.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# In the browser that has just signed up, where the password was typed a minute ago; anywhere else people sign in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if PLAIN_HTTP else "https"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP
# Passkey or authenticator app for assessors and administrators.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=not PLAIN_HTTP)
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# What allauth's own limits answer with, too.
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
# Who typed what is personal data: the log keeps counts, the table what the lockout needs.
AXES_DISABLE_ACCESS_LOG = True

# --- Mail ---------------------------------------------------------------------------------------------------

_mail = env.email("EMAIL_URL", default="consolemail://")
globals().update(_mail)
if env("EMAIL_URL", default="") == "":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="LPD Quality Register <register@localhost>")

# --- Words, time, files -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
# One language: nothing is translated.
USE_I18N = False
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = Path(env("LPDQA_STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Private: never under a public address. Evidence is kept by its SHA-256 and served through a permission check.
EVIDENCE_DIR = DATA_DIR / "evidence"
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
# Where clamd listens, for files to be looked through for viruses: a socket's path, or host:port. Empty: not done.
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = env("LPDQA_UPLOAD_TEMP_DIR", default=None)

# --- The register -------------------------------------------------------------------------------------------

REGISTER_NAME = "LPD Quality Register"
REGISTER_RUN_BY = env("REGISTER_RUN_BY", default="the LPD Quality Register team")
# Where people reach it: for links in letters that no request asks for. `manage.py up` sets it.
REGISTER_URL = env("REGISTER_URL", default="http://127.0.0.1:8000").rstrip("/")
# Whether only assessors who passed the calibration of a framework version are assigned under it, once it has a whole
# set of examples. Off while a register starts and nobody could have passed yet.
CALIBRATION_REQUIRED = env.bool("CALIBRATION_REQUIRED", default=True)
# What the nightly job does with submissions that wait for assessors: "no", "propose", or "invite" (which also takes
# them up without anybody looking at them first).
ALLOCATION_NIGHTLY = env("ALLOCATION_NIGHTLY", default="no")
# Whether somebody else is found and invited by itself when an assessor declines.
ALLOCATION_AFTER_DECLINE = env.bool("ALLOCATION_AFTER_DECLINE", default=True)
REGISTER_CONTACT = env("REGISTER_CONTACT", default="register@localhost")

# Signs badges: 32 random bytes in base64. Unset, one is made and kept in the data folder.
BADGE_KEY = env("BADGE_KEY", default="")

# Where the nightly open data is written, and served from; every process of the register reads it.
OPEN_DATA_DIR = DATA_DIR / "open-data"

# Whether web processes count and sort from an index of the catalogue in memory; without it the database does.
SEARCH_INDEX = env.bool("SEARCH_INDEX", default=True)

# --- API ----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "lpdqa.web.api.problem_details",
    "DEFAULT_PAGINATION_CLASS": "lpdqa.web.api.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["lpdqa.web.throttle.ApiThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env("API_ANONYMOUS_RATE", default="300/min"),
        "key": env("API_KEY_RATE", default="3000/min"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "LPD Quality Register",
    "DESCRIPTION": "Read-only access to what the public pages show, under the same rules.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "EntryKindEnum": "programmes.choices.EntryKind",
        "ProgrammeKindEnum": "programmes.choices.ProgrammeKind",
        "ProviderKindEnum": "providers.choices.ProviderKind",
        "LeaderKindEnum": "providers.choices.LeaderKind",
    },
}

LOGGING = logging_config(level=env("LOG_LEVEL", default="INFO"))
PROMETHEUS_EXPORT_MIGRATIONS = False

"""Settings that hold in every environment. What differs stands in dev.py, test.py and production.py.

Everything that a place of installation decides comes from the environment (DESIGN.md 6): DATABASE_URL,
CELERY_BROKER_URL, CACHE_URL, EMAIL_URL, SECRET_KEY, ALLOWED_HOSTS, BASE_URL, and ZUGANG_VAR for the folder of
run-time data.
"""

from pathlib import Path

import environ

from academy.common import static_headers

env = environ.Env()

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.str("ZUGANG_VAR", default=str(ROOT / "var")))

DEBUG = False
EMBEDDED = True  # one process, SQLite, no broker; production.py turns it off
DEMO = env.bool("DEMO", default=False)
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "modeltranslation",  # before wagtail and the admin, so that its admin classes are found first
    "consulting.apps.ConsultingConfig",
    "enrolment.apps.EnrolmentConfig",
    "courses.apps.CoursesConfig",
    "courses.h5p.apps.H5PConfig",
    "home.apps.HomeConfig",
    "academy.apps.AcademyConfig",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "crispy_forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "academy.middleware.AdminContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "academy.middleware.AddressLocale",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "home.routing.KnownSite",
    "home.middleware.SayWhatIsMissing",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "academy.urls"
WSGI_APPLICATION = "academy.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("kern",)
CRISPY_TEMPLATE_PACK = "kern"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "academy.common.context.site",
                "home.context.menus",
            ],
        },
    }
]

# --- Database, cache, broker -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["CONN_MAX_AGE"] = 600  # each new connection runs the PRAGMAs again
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.str("CACHE_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "zugang"}
}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://")
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL.startswith(
    "memory"
)  # never an empty address: beat would dial AMQP for ever
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/Berlin"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# One more try, for a connection that has grown old. The schedule finds what could not be started.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5}
TASKS = {"default": {"BACKEND": "academy.common.tasks_backend.CeleryBackend"}}  # Wagtail's background work

# --- People ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "academy.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "academy:my_start"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "academy.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "academy.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_DISPLAY = "academy.models.people.display_name"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False  # comes with the security settings page

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "academy.views.csrf_failure"

# --- Languages and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English"), ("hu", "Magyar"), ("de-simple", "Leichte Sprache")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
MODELTRANSLATION_LANGUAGES = ("de", "en")
MODELTRANSLATION_DEFAULT_LANGUAGE = "de"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("de",)
MODELTRANSLATION_CUSTOM_FIELDS = ()

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
H5P_ROOT = VAR / "h5p"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "h5p": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(H5P_ROOT), "base_url": None},
    },
}
STATICFILES_FINDERS = [
    "academy.common.css_bundle.CssBundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers.add_headers
# A second host of this site for the official H5P editor, where one is installed: its code then runs apart from ours.
H5P_CONTENT_ORIGIN = env.str("H5P_CONTENT_ORIGIN", default="").rstrip("/")
H5P_ATTEMPT_HANDLER = "enrolment.services.record_h5p_attempt"
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Mail (this is the only place that reads mail settings) ------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="filemail://"))
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Zugang <akademie@demo.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Wagtail -----------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Zugang"
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a click on "save" while a new page is being saved by itself creates it twice: a 500
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "admin_gate"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list = []  # no foreign host is asked for anything
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "md", "mp4", "odt", "pdf", "pptx", "txt", "vtt", "webm", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.material_forms.DocumentForm"  # looks into each file, asks for its licence
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.material_forms.ImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
UPLOAD_LIMIT = 25 * 1024 * 1024
UPLOAD_LIMIT_SCAN = 10 * 1024 * 1024  # of a signed list
UPLOAD_LIMIT_ANSWER = 10 * 1024 * 1024  # of a file that answers a task
UPLOAD_LIMIT_VIDEO = 250 * 1024 * 1024  # the proxy lets 300 MB pass: deploy/Caddyfile
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "academy.common.search_backend", "AUTO_UPDATE": True}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False

# --- Security ----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview is a frame of the same origin
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # frames of the same origin: see X_FRAME_OPTIONS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"fontTools": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"}},
}

# --- The academy's own rules (each may be changed by an installation) --------------------------------------------
APPROVAL_DAYS = 10  # DOMAIN.md 4: an approval request lapses after ten days
APPROVAL_REMINDER_DAYS = 5  # DOMAIN.md 4: the supervisor is reminded once
APPROVAL_COUNCIL_DAYS = 14  # how long the answer may take from when the staff council is involved
APPROVER_DAYS = 14  # DOMAIN.md 6: the supervisor's address and link go so long after the answer or the lapse
ANSWER_DAYS = 180  # answers to tasks go so long after the end of the run, or after the last word where it has no dates
FEEDBACK_DAYS = 90  # DOMAIN.md 6: of anonymous feedback only counts are left so long after the end of the run
ACCESS_NEEDS_DAYS = 30  # DOMAIN.md 6: access needs go 30 days after the end of the run
APPROVALS_A_DAY = 20  # how often one person may have a supervisor asked
GROUP_GATHERING_HOURS = 72  # how long free places are kept, once, for a group that moves up only together
NAMINGS_A_DAY = 200  # people that one organisation may name within a day: each of them gets a mail in our name
ATTENDANCE_PARTLY_PERCENT = 50  # DOMAIN.md 4: no certificate below, "partly" from here on
ATTENDANCE_FULL_PERCENT = 80
CHECK_IN_TRIES = 20  # codes of dates that one person may try within ten minutes
VERIFY_CHECKS_PER_MINUTE = 20  # certificates that one caller may look up
SITE_OPERATOR = {
    "name": env.str("OPERATOR_NAME", default="Fachstelle Offene Wege (Demo)"),
    "address": env.str("OPERATOR_ADDRESS", default="Beispielweg 1, 10000 Berlin"),
    "place": env.str("OPERATOR_PLACE", default="Berlin"),  # where certificates are issued
}
LAND_FUNDER = {  # what a new installation starts with; it is changed under /cms/settings/
    "de": env.str("LAND_FUNDER_DE", default="Senatsverwaltung für Beispielangelegenheiten (Demo)"),
    "en": env.str("LAND_FUNDER_EN", default="Senate Department for Sample Affairs (demo)"),
}

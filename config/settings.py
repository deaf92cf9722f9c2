"""Django settings, the same for every environment; what differs comes from ``config.env``."""

import logging

from csp.constants import NONE, SELF

from casework.shared import limits
from config.env import (
    BASE_DIR,
    VAR,
    anchor_key,
    anchor_public_keys,
    app_role,
    env,
    field_keys,
    index_key,
    mail_transport,
    oidc,
    origin,
    secret,
    trusted_proxies,
)
from config.logging import logging_config

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY")
# Newest first: the first key encrypts, all of them decrypt (rotation).
FIELD_KEYS = field_keys()
# Keys the blind index. Of its own so that rotating FIELD_KEYS needs no re-indexing.
INDEX_KEY = index_key(FIELD_KEYS)
# Signs the anchors of the audit trail; of the service's processes the worker alone has it.
ANCHOR_KEY = anchor_key()
ANCHOR_PUBLIC_KEYS = anchor_public_keys(ANCHOR_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# https is the proxy's; it tells the service through X-Forwarded-Proto.
HTTPS = env.bool("HTTPS", default=False)
# The one answer to how many proxies stand in front: deploy/gunicorn.conf.py asks for it too.
TRUSTED_PROXIES = trusted_proxies(https=HTTPS)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # Lowest first: a higher app's models build on those of the lower.
    "casework",
    "deviations",
    "lexsarah",
    "config.apps.ConfigConfig",
    "config.apps.BoardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.too_large.RequestSize",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.caching.NoStore",
    "config.opened_by.SameOpener",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.attempts.Paced",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.mfa.RequireTwoSteps",
    "casework.kit.web.ActorMiddleware",
    "casework.kit.web.DomainErrors",
    "django_htmx.middleware.HtmxMiddleware",
    "config.logging.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casework.kit.nav.navigation",
                "config.opened_by.form_token",
            ],
            # Django's own {% csrf_token %}, with the note of who opened the form.
            "builtins": ["config.templatetags.form_token"],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgresql://localhost/kvalitet")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# The login role of the running service where it is not the owner of the tables; it is
# granted reading and writing of rows, and on append-only tables reading and adding alone.
DATABASE_APP_ROLE = app_role()

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
# The broker carries the queue and nothing that a page needs: without it, everything but the queue
# works as ever. Few things are cached, none of them often.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "service_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A broker that is silent is given up, and asked anew.
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
# What nobody can hand in now is found by the next run of beat's: nothing waits for the broker.
CELERY_TASK_PUBLISH_RETRY = False
# Bounds for whatever names none of its own; a letter must never have all of a worker's processes.
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 240, 300
CELERY_WORKER_CONCURRENCY = max(env.int("WORKER_CONCURRENCY", default=2), 2)
# A worker's child that a large register has made large ends after its task (kilobytes).
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5_000
CELERY_TIMEZONE = "Europe/Stockholm"

AUTH_USER_MODEL = "casework.User"
AUTHENTICATION_BACKENDS = ["config.backends.WithBoard"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "config.accounts.SocialAccountAdapter"
# Attempts are counted in config.attempts, by account and client. What stays is that a letter to
# confirm an address is not written again at once.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    "login login_failed signup reset_password reset_password_from_key reauthenticate "
    "change_password manage_email request_login_code change_phone verify_phone".split()
)
MFA_FORMS = {
    "authenticate": "config.attempts.CodeForm",
    "reauthenticate": "config.attempts.CodeAgainForm",
}
# Single sign-on, where OIDC_SERVER_URL names the employer's identity provider.
OIDC = oidc()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC] if OIDC else []}}
# Off only where something in front of the service asks for the second step.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=True)
ACCOUNT_EMAIL_VERIFICATION = "none"
# The reset link proves an address. A person who works under two boards has two accounts with one.
ACCOUNT_UNIQUE_EMAIL = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"reset_password": "config.resetting.ResetPasswordForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "config.reset_keys.ResetKeys"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 60 * 60 * 9
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "casework.shared.storage.WholeFiles"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gz", "br", "woff", "woff2"]
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.TEXT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# One more than may be sent is told by the form; this many is no form of ours.
DATA_UPLOAD_MAX_NUMBER_FILES = 2 * limits.ATTACHMENTS
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "casework.shared.storage.PatientUploads",
]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "config.opened_by.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # A browser holds the redirect that follows a form to this as well.
        "form-action": [SELF, *origin(OIDC)],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logging_config(readable=DEBUG)
LOGGING_CONFIG = "config.logging.configure"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that whoever is not logged in is asked for a token (401).
        "casework.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["casework.kit.bodies.JsonBody"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "casework.kit.api.problem",
}
# A token of the API lapses after so many days; its owner then asks for a new one.
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", default=90)
SPECTACULAR_SETTINGS = {
    "TITLE": "Kvalitet och avvikelser",
    "VERSION": "1",
    "DESCRIPTION": "Avvikelser, rapporter och organisation. Se docs/api.md.",
    "SERVE_INCLUDE_SCHEMA": False,
    # Which addresses there are is for those who may use some of them.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "casework.kit.api_schema.add_problems",
    ],
    # Names that say which of several kinds and outcomes is meant.
    "ENUM_NAME_OVERRIDES": {
        "IntakeKindEnum": "casework.cases.models.IntakeKind",
        "IntakeOutcomeEnum": "casework.cases.models.IntakeOutcome",
        "InvestigationOutcomeEnum": "casework.cases.models.InvestigationOutcome",
        "StatusEnum": "deviations.states.LABELS.items",
        "DropReasonEnum": "casework.cases.models.DropReason",
        "LexSarahStatusEnum": "lexsarah.states.LABELS.items",
        "LexSarahOutcomeEnum": "lexsarah.states.OUTCOMES.items",
        "LexSarahDocumentKindEnum": "lexsarah.models.StoredDocument.Kind",
        "EffectEnum": "deviations.states.EFFECTS.items",
        "LexSarahMeasureEffectEnum": "lexsarah.models.Measure.Effect",
        "LexSarahRequestKindEnum": "lexsarah.models.Request.Kind",
        "IvoLetterKindEnum": "lexsarah.models.IvoLetter.Kind",
        "RoleEnum": "casework.organisation.models.Role",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
# Host, port, account and TLS come with the address: each is a setting of its own.
vars().update(EMAIL_CONFIG)
# Whatever is sent becomes a row first; the mail task alone talks to the server.
MAIL_TRANSPORT = mail_transport(EMAIL_CONFIG["EMAIL_BACKEND"], debug=DEBUG)
EMAIL_BACKEND = "casework.operation.post.OutboxBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="bevakning@localhost")
# Where people reach the service: links in e-mail begin with it.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

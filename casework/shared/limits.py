"""How much may be sent at a time; forms, settings and the proxy (deploy/nginx.conf) agree."""

MB = 1024 * 1024
ATTACHMENT = 10 * MB
ATTACHMENTS = 10
REGISTER_FILE = 30 * MB
# What a form or a body of JSON says beside its files.
TEXT = 2_621_440
# A whole request: the most that a form asks for, and what the browser writes around the files.
REQUEST = ATTACHMENTS * ATTACHMENT + 4 * MB

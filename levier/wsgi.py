import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - once the settings are named
from django.db.backends.signals import connection_created  # noqa: E402 - idem

from levier.foundation.collection import leave_alone  # noqa: E402 - idem
from levier.foundation.query_plans import plan_for_pages  # noqa: E402 - idem

connection_created.connect(plan_for_pages)

if settings.PROXIES:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    # Without it every visitor has the proxy's address, and one guesser at sign-in would slow down everybody.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.PROXIES)

import_module(settings.ROOT_URLCONF)  # every page, now and not in the first visitor's time
leave_alone()

"""Ask this container's own web server whether it is ready; exit 1 when it is not. Used by docker-compose.yml."""

import os
import sys
import urllib.request

request = urllib.request.Request(  # its own web server, by the name that the site answers to
    f"http://127.0.0.1:{os.environ['GRANIAN_PORT']}/health/ready",
    headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")},
)
try:
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 (the address is written above)
except OSError as problem:
    sys.exit(f"not ready: {problem}")

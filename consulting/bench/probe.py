"""What a benchmark asks of a running server by headers. Only the settings of benchmarks put it into a site."""

from collections import Counter

from django.core.cache import cache
from django.db import connection


class Probe:
    """Middleware: `X-Bench-Forget` empties the cache first, `X-Bench-Count` counts the statements of the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "HTTP_X_BENCH_FORGET" in request.META:
            cache.clear()
        if "HTTP_X_BENCH_COUNT" not in request.META:
            return self.get_response(request)
        statements: Counter[str] = Counter()

        def counted(execute, sql, params, many, context):
            statements[sql] += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response["X-Bench-Statements"] = str(statements.total())
        response["X-Bench-Repeated"] = str(max(statements.values(), default=0))
        return response

"""Addresses that differ from the one asked for by a filter."""

from __future__ import annotations

from django.http import QueryDict


class Address:
    """The query string of a search, from which others are made. A change starts again on page 1."""

    def __init__(self, path: str, params: QueryDict) -> None:
        self._path, self._params = path, params

    @property
    def names(self) -> list[str]:
        return list(self._params)

    def without(self, *names: str, value: str = "") -> str:
        """Leave out parameters, or only one value of them."""
        params = self._copy()
        for name in names:
            kept = [one for one in params.getlist(name) if value and one != value]
            params.setlist(name, kept) if kept else params.pop(name, None)
        return self._of(params)

    def having(self, **values: str) -> str:
        """Set parameters to one value each."""
        params = self._copy()
        for name, value in values.items():
            params[name] = value
        return self._of(params)

    def elsewhere(self, path: str, *without: str) -> Address:
        """The same query string on another page, without these parameters."""
        params = self._copy()
        for name in without:
            params.pop(name, None)
        return Address(path, params)

    def adding(self, name: str, value: str) -> str:
        """One more value of a parameter that may have several."""
        params = self._copy()
        params.appendlist(name, value)
        return self._of(params)

    def only(self, **values: str) -> str:
        """Nothing but these parameters."""
        params = QueryDict(mutable=True)
        params.update(values)
        return self._of(params)

    def keeping(self, *names: str, **values: str) -> str:
        """These parameters as they are, others set, the rest left out."""
        params = self._copy()
        for name in list(params):
            if name not in names:
                del params[name]
        for name, value in values.items():
            params[name] = value
        return self._of(params)

    def _copy(self) -> QueryDict:
        params = self._params.copy()
        params.pop("page", None)
        # A form sends its empty fields too; an address reads better without them.
        for name in [name for name in params if not any(params.getlist(name))]:
            del params[name]
        return params

    def _of(self, params: QueryDict) -> str:
        return f"{self._path}?{params.urlencode()}" if params else self._path

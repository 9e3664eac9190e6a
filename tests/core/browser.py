"""A browser without scripts for tests: it keeps cookies and sends the forms it sees."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from blogengine.testing.visitor import Visitor, read_forms
from tests.conftest import Blog
from tests.core.identity import EMAIL, PASSWORD


class Browser(Visitor):
    """Fills in forms of pages; `https` or another `base_url` is where it asks."""

    def __init__(self, blog: Blog, base_url: str = "http://localhost", **environ: str) -> None:
        super().__init__(blog.app)
        self.blog = blog
        self._where: dict[str, Any] = {"base_url": base_url, "environ_overrides": environ}

    def get(self, path: str, **options: Any) -> TestResponse:
        return super().get(path, **self._where, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return super().post(path, **self._where, **options)

    def fill(self, page: str, **fields: Any) -> TestResponse:
        """Open a page, fill in its first form with these fields and send it."""
        shown = self.get(page)
        assert shown.status_code == 200, (page, shown.status_code, shown.headers)
        return self.send(shown, **fields)

    def send(self, shown: TestResponse, action: str = "", **fields: Any) -> TestResponse:
        """Send the form of a page that goes to `action`, else the first one."""
        forms = [form for form in read_forms(shown.text) if action in ("", form["action"])]
        assert forms, f"no form for {action}"
        form = dict(forms[0])
        target, method = form.pop("action"), form.pop("method")
        assert method == "post"
        assert not fields.keys() - form.keys() - {"scopes", "remember"}, (
            "the form has no such field"
        )
        return self.post(target, data={**form, **fields})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.fill("/admin/login", email=email, password=password, **more)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self._client._cookies.values()}  # type: ignore[union-attr]

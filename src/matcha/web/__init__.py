"""Pages for people: what the API's operations give, shown in Swedish and English, with forms that call the same."""

from matcha.web.site import create_site

__all__ = ["create_site"]

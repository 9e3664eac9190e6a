"""Say hello in the sidebar."""

from blogengine.api import Markup, Plugin, Widget, WidgetContext, hookimpl

plugin = Plugin(summary=__doc__, api=1)


def greet(ctx: WidgetContext) -> Markup:
    return Markup("<p>Hello, {}!</p>").format(ctx.viewer.name or "reader")


@hookimpl
def register_widgets() -> list[Widget]:
    return [Widget("hello", "Hello", greet, region="sidebar")]

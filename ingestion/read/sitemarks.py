"""Lines that a site puts around a text: buttons, counters, share bars, its own registration.

Their numerals say nothing.  A line is taken only where nothing but such marks stands in it; one of header fields
(发布日期：… 浏览次数：…) is left to whoever reads the document's head.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 160

#: What a line of marks is made of.  A word that may also be text (微信) needs one of the others beside it.
_MARKS: Final = (
    r"打印(?:本页|此页|全文|文章|正文)?|关闭(?:本页|此页|窗口)?|收藏(?:本页|本站|文章)?|返回(?:顶部|首页|列表|上一页)|我要纠错"
    r"|分享(?:到|至|按钮)?(?:微信|微博)?|字体(?:大小)?(?:[:：]?[\s\[【]*大[\s\]】]*中[\s\]】]*小)?|[\[【（(]\s*大\s*中\s*小\s*[\]】）)]"
    r"|(?:浏览|访问|点击|阅读)(?:次数|总?量|数|率|人次)?[:：]\s*[\[【（(]?\d{1,9}[\]】）)]?\s*(?:人次|次)?"
    r"|(?:浏览|访问|点击|阅读)(?:次数|量|数)[:：]?|扫一扫(?:在手机(?:上)?(?:打开|查看)(?:当前页|此页|本页)?)?|用手机扫描?二维码"
    r"|上一篇[:：].*|下一篇[:：].*|(?:相关|推荐)(?:链接|文章|阅读|新闻|信息)[:：]?|(?:责任)?编辑[:：]\s*\S{1,6}"
    r"|网站标识码[:：]?\s*\w{6,16}|\w?ICP备\s*\d+号(?:-\d+)?|\w{1,2}公网安备\s*\d+号|(?:版权所有|技术支持|网站地图).*"
)
_BESIDE: Final = (
    r"微信(?:好友|朋友圈)?|(?:新浪|腾讯)?微博|QQ(?:空间|好友)?|朋友圈|人人网|大|中|小|[ABC][+-]?"
    r"|[\s|｜/、,，;；:：·\[\]【】（）()<>《》+-]+"
)
_LINE: Final = re.compile(rf"(?>{_MARKS}|{_BESIDE})++", re.IGNORECASE)
_MARK: Final = re.compile(_MARKS, re.IGNORECASE)


def is_site_mark(line: str) -> bool:
    """True for a line of nothing but marks of a site."""
    return len(line) <= _LONGEST and bool(_MARK.search(line)) and bool(_LINE.fullmatch(line))


__all__ = ["is_site_mark"]

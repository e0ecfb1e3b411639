"""A page of a government site: breadcrumb, title, source line, a table with rowspan, paragraphs in cells."""

from __future__ import annotations

from html import escape

from samples.layout import CellText, Sheet, lay_out
from samples.model import Filing

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}</title>
<style>
@page {{ size: A4 landscape; margin: 1.5cm; }}
body {{ font-family: "宋体", SimSun, serif; margin: 0 auto; max-width: 1100px; }}
h1 {{ font-family: "黑体", SimHei, sans-serif; font-size: 20px; text-align: center; }}
.crumb, .source {{ color: #666; font-size: 13px; }}
.source {{ text-align: center; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
thead {{ display: table-header-group; }}
th, td {{ border: 1px solid #333; padding: 6px; font-size: 14px; vertical-align: middle; }}
td p {{ margin: 0 0 4px; }}
.mid {{ text-align: center; }}
</style>
</head>
<body>
<div class="crumb">首页 &gt; 政务公开 &gt; 重点工作进展</div>
<h1>{title}</h1>
<div class="source">来源：{unit}人民政府办公室</div>
<table border="1" cellspacing="0" cellpadding="4">
<thead><tr>
{header}
</tr></thead>
<tbody>
{body}
</tbody>
</table>
</body>
</html>
"""


def write(filing: Filing) -> bytes:
    """The page in the filing's encoding, which it declares."""
    sheet = lay_out(filing)
    header = "\n".join(f'<th style="width:{c.width}%">{escape(c.header)}</th>' for c in sheet.columns)
    body = "\n".join(_row(sheet, number) for number in range(len(sheet.rows)))
    page = _PAGE.format(
        charset=filing.encoding, title=escape(sheet.title), unit=escape(filing.reporting_unit), header=header, body=body
    )
    return page.encode(filing.encoding)


def _row(sheet: Sheet, number: int) -> str:
    """A row of the body; a merged cell stands in the first row and spans the others."""
    cells = []
    for i, (column, cell) in enumerate(zip(sheet.columns, sheet.rows[number], strict=True)):
        is_merged = i in sheet.merged_columns
        if is_merged and number:
            continue
        span = f' rowspan="{len(sheet.rows)}"' if is_merged else ""
        middle = ' class="mid"' if column.width < 10 else ""
        cells.append(f"<td{span}{middle}>{_paragraphs(cell)}</td>")
    return f"<tr>\n{chr(10).join(cells)}\n</tr>"


def _paragraphs(cell: CellText) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in cell)

"""Template tags for the pages' components. A builtin library: no `{% load %}` is needed.

The markup is in `templates/components`; every component works without JavaScript. The page `styleguide` shows
each with the line that makes it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lpdqa.web import formats
from lpdqa.web import profile as profiles
from lpdqa.web.bands import band_for
from lpdqa.web.charts import Chart
from lpdqa.web.charts.drawn import SCATTER_HEIGHT, SPREAD_HEIGHT
from lpdqa.web.context import register_words
from lpdqa.web.maps import Map

register = template.Library()

for _filter in (formats.money, formats.score, formats.long_date, formats.miles, formats.thousands):
    register.filter(_filter.__name__, _filter)


@register.simple_tag(name="register_words")
def register_words_tag() -> dict[str, str]:
    """`{% register_words as register %}`: the register's name, runner and contact, also where there is no
    request.
    """
    return register_words()


# --- Ratings
# --------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/profile.html")
def profile(headings: Any, size: str = "small", caption: str = "") -> dict[str, Any]:
    """`{% profile rating.headings size="large" %}`: the five bars.

    headings: {"purpose": 3.07, …} or five scores in order; None where a heading is absent (drawn hatched).
    size: "small" (beside a result) or "large" (with words and numbers).
    caption: words before the sentence that says what is drawn, for instance the programme's title.
    """
    shown = profiles.bars(headings, size)
    box = profiles.SIZES[size]
    return {
        "bars": shown,
        "outlines": profiles.outlines(shown, size),
        "size": size,
        "box": box,
        "words": f"{caption}: {profiles.sentence(shown)}" if caption else profiles.sentence(shown),
    }


@register.filter
def profile_sentence(headings: Any) -> str:
    """`{{ headings|profile_sentence }}`: what a profile shows, in words."""
    return profiles.sentence(profiles.bars(headings, "small"))


@register.inclusion_tag("components/band_tag.html")
def band_tag(band: Any, provisional: bool = False) -> dict[str, Any]:
    """`{% band_tag rating.band rating.provisional %}`: word, mark and colour of a band."""
    return {"band": band_for(band), "provisional": provisional}


@register.inclusion_tag("components/band_panel.html")
def band_panel(
    band: Any,
    headings: Any = None,
    overall: Any = None,
    confidence: str = "",
    confidence_reason: str = "",
    provisional: bool = False,
    decided: Any = None,
    valid_to: Any = None,
    framework: str = "",
    how_url: str = "",
    alert: str = "",
    caption: str = "",
) -> dict[str, Any]:
    """The panel that opens the page of anything rated.

    `{% band_panel band=r.band headings=r.headings overall=r.overall confidence="High" decided=r.decided_on …
    %}`
    alert: what happened, in a sentence; it then replaces the band, profile and numbers.
    how_url: the page "How this was worked out".
    """
    return {
        "band": band_for("alert" if alert else band),
        "headings": headings,
        "overall": overall,
        "confidence": confidence,
        "confidence_reason": confidence_reason,
        "provisional": provisional,
        "decided": decided,
        "valid_to": valid_to,
        "framework": framework,
        "how_url": how_url,
        "alert": alert,
        "caption": caption,
    }


@register.inclusion_tag("components/area_map.html")
def area_map(drawn: Map) -> dict[str, Any]:
    """`{% area_map drawn %}`: a map shaded by count (`lpdqa.web.maps.area_map`); the page has its table twin."""
    return {"map": drawn}


# --- Forms
# ----------------------------------------------------------------------------------------------------


@register.simple_tag
def field(
    bound: Any, size: str = "s", heading: bool = False, hide_label: bool = False, label: str = ""
) -> SafeString:
    """`{% field form.name size="l" heading=True %}`: a field group that differs from the form's own.

    size: of the label (s, m, l, xl); heading: the label is the page's h1; hide_label: only heard, not seen;
    label: other words.
    """
    bound.label = label or bound.label
    bound.label_size, bound.is_page_heading, bound.label_hidden = size, heading, hide_label
    return bound.as_field_group()


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """`{% error_summary form formset %}`: what went wrong in any of these, each a link to the field; else
    nothing.
    """
    return {"entries": list(_error_entries(forms))}


def _error_entries(forms: Iterable[Any]) -> Iterable[dict[str, str]]:
    for form in forms:
        if not form or not form.is_bound:
            continue
        if hasattr(form, "management_form"):
            for text in form.non_form_errors():
                yield {"text": text, "anchor": f"{form.prefix}_errors"}
            yield from _error_entries(form.forms)
            continue
        for text in form.non_field_errors():
            yield {"text": text, "anchor": f"{form.prefix + '_' if form.prefix else ''}form_errors"}
        for bound in form:
            for text in bound.summary_texts:
                yield {"text": text, "anchor": "" if bound.is_hidden else bound.error_anchor}


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    kind: str = "",
    href: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
) -> dict[str, Any]:
    """`{% button "Submit for review" %}`, `{% button "Cancel" kind="secondary" href=url %}`.

    kind: "", "secondary", "warning" or "link" (a button that looks like a link). With `href` it is a link.
    """
    return {"text": text, "kind": kind, "href": href, "name": name, "value": value, "form": form}


# --- Lists and navigation
# -------------------------------------------------------------------------------------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context, page_obj: Page, parameter: str = "page", label: str = "Pages", anchor: str = ""
) -> dict[str, Any]:
    """`{% pagination page_obj %}`: previous, numbers, next; sets `page` and keeps the rest of the query string.

    Where a page holds several lists, each has a parameter, a label and the id of its heading of its own:
    `{% pagination leaders "leaders" "Pages of specialist leaders" "leaders" %}`.
    """
    if page_obj.paginator.num_pages < 2:
        return {"page_obj": page_obj}

    def url(number: int) -> str:
        asked = context["request"].GET.copy()
        asked[parameter] = str(number)
        return f"?{asked.urlencode()}{f'#{anchor}' if anchor else ''}"

    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return {
        "page_obj": page_obj,
        "label": label,
        "previous": url(page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next": url(page_obj.next_page_number()) if page_obj.has_next() else "",
        "pages": [(number, url(number) if isinstance(number, int) else "") for number in numbers],
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumbs "Home" home_url "Find provision" search_url %}`: the pages above this one, text then
    address.
    """
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/tab_links.html")
def tab_links(items: Sequence[dict[str, Any]], label: str) -> dict[str, Any]:
    """`{% tab_links tabs "Kinds of provision" %}`: views of one page, each with its own address.

    items: dicts with text, url, current and, where known, count.
    """
    return {"items": items, "label": label}


@register.inclusion_tag("components/filter_chips.html")
def filter_chips(chips: Sequence[dict[str, str]], clear_url: str = "") -> dict[str, Any]:
    """`{% filter_chips chips clear_url %}`: what the list is narrowed by; each chip (text, url) is a link
    that removes it.
    """
    return {"chips": chips, "clear_url": clear_url}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Sequence[Any]], borders: bool = True) -> dict[str, Any]:
    """`{% summary_list rows %}`: rows of (key, value) or (key, value, url, "Change"). Rows with an empty
    value are left out.
    """
    shown = [
        {
            "key": row[0],
            "value": row[1],
            "url": row[2] if len(row) > 2 else "",
            "action": row[3] if len(row) > 3 else "",
        }
        for row in rows
        if row[1] not in (None, "")
    ]
    return {"rows": shown, "borders": borders}


@register.inclusion_tag("components/task_list.html")
def task_list(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`{% task_list items %}`: things to do; dicts with text, url, status and, optionally, hint and colour of
    the status.
    """
    return {"items": items}


@register.inclusion_tag("components/stat.html")
def stat(number: Any, words: str, href: str = "") -> dict[str, Any]:
    """`{% stat 128 "quality-assured programmes" url %}`: a live figure that leads to where it comes from."""
    return {"number": number, "words": words, "href": href}


# --- Charts
# -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context: Context, drawn: Chart) -> dict[str, Any]:
    """`{% chart chart %}`: a chart of lpdqa.web.charts with its words, its table twin and a link to its CSV."""
    return {
        "chart": drawn,
        "scatter_height": SCATTER_HEIGHT,
        "spread_height": SPREAD_HEIGHT,
        # The link to the CSV keeps the rest of the page's address.
        "request": context.get("request"),
    }


# --- Saying how things are
# --------------------------------------------------------------------------------------


@register.inclusion_tag("components/status_tag.html")
def status_tag(text: str, colour: str = "") -> dict[str, str]:
    """`{% status_tag "Being assessed" "blue" %}`: a state in a word; colour: grey, blue, green, yellow,
    orange, red or none.
    """
    return {"text": text, "colour": colour}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, note: str = "") -> dict[str, Any]:
    """`{% progress 34 120 "Ratings recomputed" "12 a second, about 7 seconds left" %}`: a long job."""
    percent = 100 * done // total if total else 0
    return {"done": done, "total": total, "label": label, "note": note, "percent": percent}


@register.inclusion_tag("components/notification.html")
def notification(text: Any, kind: str = "", title: str = "") -> dict[str, Any]:
    """`{% notification "Your draft is saved" "success" %}`: a banner; kind: "" (important), "success",
    "warning" or "error".
    """
    titles = {"success": "Done", "warning": "Note", "error": "There is a problem"}
    return {"text": text, "kind": kind, "title": title or titles.get(kind, "Important")}


@register.inclusion_tag("components/warning.html")
def warning(text: str) -> dict[str, str]:
    """`{% warning "You can't change this later" %}`."""
    return {"text": text}


@register.inclusion_tag("components/example_banner.html")
def example_banner(what: str = "organisation") -> dict[str, str]:
    """`{% example_banner "programme" %}`: says on every page about fictional provision that it is made up."""
    return {"what": what}


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """`{% inset %} … {% endinset %}`: text set apart."""
    return render_to_string("components/inset.html", {"content": content})


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:
    """`{% details "What counts as evidence" %} … {% enddetails %}`: folded text."""
    return render_to_string("components/details.html", {"content": content, "summary": summary, "open": open})


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """`{% empty_state "No saved searches yet" %} what would fill it, and a link {% endempty_state %}`."""
    return render_to_string("components/empty_state.html", {"content": content, "title": title})

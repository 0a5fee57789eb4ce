"""The MkDocs plugin: it hangs pages, macros and the gate into a build and holds no logic of its own."""

from collections.abc import Mapping
from importlib import resources
from logging import ERROR
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_build_datetime
from mkdocs.utils.templates import TemplateContext
from msgspec.structs import replace

from plangate.checks.runner import check
from plangate.model.review import Identity
from plangate.reading.git import GitError
from plangate.reading.identity import FILE as IDENTITY
from plangate.reading.identity import IdentityRejected, read_identity
from plangate.reading.portfolio import Portfolio, read_base, read_portfolio
from plangate.render.page import Section, page_html, toc_tokens
from plangate.render.text import markdown_text, title_text
from plangate.reports.history import Kept, histories
from plangate.reports.json_report import report_json
from plangate.reports.lines import line
from plangate.reports.writing import write_atomically
from plangate.site import macros, navigation, pages, publish
from plangate.site.config import Places, PlangateConfig, places
from plangate.site.pages import VirtualPage
from plangate.site.portal import Portal, Repository

log = get_plugin_logger("plangate")


STATES = {
    "approved": "Approved",
    "approved_with_waivers": "Approved, with waivers",
    "blocked": "Blocked",
    "draft": "Draft",
    "in_review": "In review",
    "missing": "Missing",
    "not_applicable": "Not applicable",
    "ready": "Ready for review",
    "retired": "Retired",
    "stale": "Stale: changed since it was approved",
    "superseded": "Superseded by another plan",
    "suspect": "Suspect: what it rests on changed since it was approved",
    "waived": "Approved, with a waiver",
    "withdrawn": "Withdrawn",
}
"""What the mark of a state in the sidebar says."""


class PlangatePlugin(BasePlugin[PlangateConfig]):  # type: ignore[no-untyped-call]
    """Plans as pages of a site."""

    def __init__(self) -> None:
        self.serving = False
        self.portfolio: Portfolio | None = None
        self.kept = Kept()
        self._forget()

    def _forget(self) -> None:
        """Begin a build: nothing but what was read is kept from the one before."""
        self.places: Places | None = None
        self.portal: Portal | None = None
        self.verdict = publish.Verdict((), ())
        self.virtual: dict[str, VirtualPage] = {}
        self.sidebars: Mapping[str, Navigation] = {}
        self.broken: list[str] = []
        self.embeds = macros.Embeds(lambda: self.portal, log.warning)

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Learn whether this is a preview; that the method is there keeps the object alive between builds."""
        self.serving = command == "serve"

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> None:
        """A preview of clean builds starts up as a build, and is known here."""
        self.serving = True

    @event_priority(-100)  # after mkdocs-macros, wherever it stands in the list
    def on_config(self, config: MkDocsConfig) -> None:
        """Find the folders, have them watched, and register styles, templates and macros."""
        self._forget()
        try:
            self.places = places(self.config, config)
        except PluginError as error:
            if not self.serving:
                raise
            log.error(str(error))
        else:
            watched = (self.places.plans, self.places.references)
            config.watch.extend(
                str(folder) for folder in watched if folder.is_dir() and str(folder) not in config.watch
            )
        material = config.theme.name == "material"  # its template links what only some pages need
        for css in (pages.CSS,) if material else (pages.CSS, *pages.NEEDED_CSS):
            if css not in config.extra_css:
                config.extra_css.append(css)
        if pages.JAVASCRIPT not in [str(script) for script in config.extra_javascript]:
            config.extra_javascript.append(pages.JAVASCRIPT)
        overrides = str(resources.files("plangate.site") / "overrides")
        if material and overrides not in config.theme.dirs:
            config.theme.dirs.insert(1 if config.theme.custom_dir else 0, overrides)
        config.extra["status"] = {**STATES, **config.extra.get("status", {})}
        self._register_macros(config)

    def _register_macros(self, config: MkDocsConfig) -> None:
        plugin: Any = config.plugins.get("macros")
        if plugin is None:
            return
        known = plugin.macros  # a site's own macro of the same name stays
        plugin.register_macros({name: call for name, call in self.embeds.functions().items() if name not in known})

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read and check every plan, tell all findings, and fail here where the old site shall stay."""
        if self.places is None:
            return
        try:
            self._examine(self.places, config)
        except Exception as error:  # a traceback of thirty lines helps nobody who only wants to publish
            self._stop(line("plangate: internal error: ", f"{type(error).__name__}: {error}"), error)
            return
        stops = bool(self.verdict.failing) and not self.serving
        publish.tell(self.verdict, log.log, failing=self.serving)
        if stops and self.config.fail == "early":
            raise PluginError(self.verdict.text)
        self._look_back(self.places)

    def _look_back(self, where: Places) -> None:
        """Find out what changed between the versions of each plan; a build does without where that cannot be told."""
        if self.portal is None or self.config.history <= 0:
            return
        self.kept.file, self.kept.stays = where.history, self.serving
        references = where.references if where.references.is_dir() else None
        policy = self.portal.portfolio.policy
        found = histories(where.plans, references, policy, sorted(self.portal.shown), self.config.history, self.kept)
        self.portal = replace(self.portal, histories=found)

    def _examine(self, where: Places, config: MkDocsConfig) -> None:
        references = where.references if where.references.is_dir() else None
        self.portfolio = read_portfolio(where.plans, references, root=where.root, previous=self.portfolio)
        identity = self._identity(where)
        day = get_build_datetime().date()
        report = check(self.portfolio, today=day, base=self._base(where), identity=identity)
        hidden = {plan.id for plan in report.plans if plan.intent == "draft"} if self.config.drafts == "hide" else ()
        self.portal = Portal(
            where,
            self.portfolio,
            report,
            Repository(_base(config), str(where.docs)),
            frozenset(hidden),
            extensions=tuple(name for name in config.markdown_extensions if isinstance(name, str)),
            extension_configs=config.mdx_configs,
            identity=identity,
            site_url=config.site_url or "",
        )
        self.verdict = publish.verdict(report, self.portfolio.problems, self.config.fail_on)
        if not self.portfolio.reads:
            log.warning("there is no plan below `%s`; `plangate new PLAN` starts one", self.config.plans_dir)
        try:
            write_atomically(where.report, report_json(report, failed=bool(self.verdict.failing)))
        except OSError as error:
            log.warning("%s cannot be written: %s", where.report.name, error.strerror or error)

    def _base(self, where: Places) -> Portfolio | None:
        """Read the plans of the base revision; where git cannot tell, pages do without and the build goes on."""
        if not self.config.base:
            return None
        try:
            return read_base(self.config.base, where.plans, where.references if where.references.is_dir() else None)
        except GitError as error:
            log.info(line("nothing is compared: ", str(error)))
            return None

    def _identity(self, where: Places) -> Identity:
        """Read what verify-identity found out about signers, where it ran; else every name is a claim."""
        file = where.root / IDENTITY
        if not file.is_file():
            return Identity()
        try:
            return read_identity(file)
        except IdentityRejected:
            log.warning("%s is not believed, so every name is a claim; plangate verify-identity writes it", IDENTITY)
            return Identity()

    def _stop(self, text: str, error: Exception | None = None) -> None:
        """Fail a build; a preview goes on without plans."""
        if not self.serving:
            raise PluginError(text) from error
        log.error(text)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Add pages and files, each under an address that is free, and keep the configuration out of the site."""
        if self.places is not None:
            _without_configuration(files, self.places.references)
        if self.portal is None:
            return
        taken = {file.dest_uri: file.src_uri for file in files}
        made: dict[str, File] = {}
        for page in pages.pages(self.portal):
            source = str(page.source) if page.source is not None else None
            file = _generated(config, page.uri, source, "" if source is None else None)
            if not self._claim(taken, file):
                continue
            file.edit_uri = self.portal.repository.path(str(page.edit)) if page.edit is not None else None
            shown = Page(title_text(page.title), file, config)
            if page.edit is not None:
                shown.edit_url = self.portal.repository.url(str(page.edit)) or shown.edit_url
            if page.status is not None:
                shown.meta = {"status": page.status}
            files.append(file)
            self.virtual[page.uri] = page
            made[page.path] = file
        written = {file.src_uri: file.url for file in files.documentation_pages() if file.src_dir is not None}
        urls = {path: file.url for path, file in made.items()}
        self.portal = replace(self.portal, urls=urls, documents=written)
        for static in pages.static_files(self.portal):
            source = str(static.source) if static.source is not None else None
            file = _generated(config, static.source_uri, source, static.content() if static.content else None)
            file.dest_uri = static.uri
            if self._claim(taken, file):
                files.append(file)

    def _claim(self, taken: dict[str, str], file: File) -> bool:
        owner = taken.setdefault(file.dest_uri, file.src_uri)
        if owner is file.src_uri:
            return True
        log.warning("`%s` of the site stands where `%s` would go; the site's own file is kept", owner, file.src_uri)
        return False

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Tell the templates which stylesheets only some pages need, and where the feed and the states lie."""
        env.globals["plangate_styles"] = pages.NEEDED_CSS
        env.globals["plangate_alternates"] = pages.ALTERNATES if self.portal is not None else {}

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Give each plan, each domain and each family of rules a sidebar of its own."""
        if self.portal is None:
            return
        sidebars: dict[str, Navigation] = {}
        for index in (pages.INDEX, pages.LINEAGE, pages.REVIEWS, pages.WAIVERS, pages.CALENDAR, pages.RULES):
            head = files.get_file_from_path(index)
            if index in self.virtual and head is not None and head.page is not None:
                navigation.include(nav, head.page)
        titles = {plan.id: title_text(plan.title) for plan in self.portal.plans}
        parts: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            (pages.INDEX, "Plans", ("plans/",)),
            (pages.LINEAGE, "Lineage", ("lineage/", "datasets/")),
            (pages.RULES, "Rules", ("rules/",)),
        )
        for index, title, prefixes in parts:
            head = files.get_file_from_path(index)
            if head is None or head.page is None:
                continue
            groups: dict[str, list[Page]] = {}
            for uri, virtual in self.virtual.items():
                file = files.get_file_from_path(uri)
                if uri.startswith(prefixes) and virtual.group and file is not None and file.page is not None:
                    groups.setdefault(virtual.group, []).append(file.page)
            named = [(titles.get(group, group), members) for group, members in groups.items()]
            sidebars.update(navigation.arrange(nav, title, head.page, named))
        self.sidebars = sidebars

    @event_priority(100)
    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Stand in for a generated page until its HTML goes in: a title, nothing that an author wrote as it is."""
        virtual = self.virtual.get(page.file.src_uri)
        return None if virtual is None else f"# {markdown_text(virtual.title)}\n"

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Switch macros off on generated pages before anybody else sees them."""
        self.embeds.turn_to(page.file.src_uri, page.url)
        virtual = self.virtual.get(page.file.src_uri)
        if virtual is not None:
            page.meta = _meta(virtual, page)

    def _title(self, virtual: VirtualPage, title: str) -> str:
        """Give the title of a page as it stands alone, in a tab of the browser: with its plan."""
        if self.portal is None or virtual.group not in self.portal.shown:
            return title
        plan = self.portal.plan(virtual.group).title
        return title if plan in title else f"{title} · {plan}"

    @event_priority(100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str | None:
        """Put in the HTML of a generated page, or what macros made on a hand-written one."""
        virtual = self.virtual.get(page.file.src_uri)
        if virtual is None or self.portal is None:
            return self.embeds.fill(page.file.src_uri, html)
        try:
            made = virtual.render(self.portal, page.url)
            content = str(page_html(made))
        except Exception as error:  # the other pages are worth having
            message = line(f"{page.file.src_uri}: ", f"could not be drawn ({type(error).__name__}: {error})")
            log.log(ERROR, message)
            self.broken.append(message)
            return str(_broken(virtual.title))
        page.meta["title"] = title_text(self._title(virtual, made.title))
        if made.description:
            page.meta["description"] = title_text(made.description)
        if made.tags:
            page.meta["tags"] = [title_text(tag) for tag in made.tags]
        page.toc = get_toc(toc_tokens([Section("", made.title, Markup(""), 1, made.sections)]))  # type: ignore[arg-type]
        page.present_anchor_ids = set(_ids(content))
        page.links_to_anchors = {}  # those of the stand-in's heading
        return content

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext | None:
        """Show the page's own small navigation."""
        sidebar = self.sidebars.get(page.file.src_uri)
        if sidebar is not None:
            context["nav"] = sidebar
        return context

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Fail once everything is built, where that was asked for or a page could not be drawn."""
        failing = self.verdict.failing if self.config.fail == "late" else ()
        if self.serving or not (failing or self.broken):
            return
        raise PluginError(replace(self.verdict, failing=(*failing, *self.broken)).text)


def _base(config: MkDocsConfig) -> str | None:
    """Give the address that paths seen from docs_dir are added to; none where the site names no repository."""
    if not config.edit_uri:
        return None
    repository = f"{config.repo_url.rstrip('/')}/" if config.repo_url else ""
    base = f"{repository}{config.edit_uri}"
    return base if base.startswith(("http://", "https://")) else None


def _generated(config: MkDocsConfig, uri: str, source: str | None, content: str | None) -> File:
    if source is not None:
        return File.generated(config, uri, abs_src_path=source, inclusion=InclusionLevel.NOT_IN_NAV)
    return File.generated(config, uri, content=content or "", inclusion=InclusionLevel.NOT_IN_NAV)


def _without_configuration(files: Files, references: Path) -> None:
    """Take the organisation's configuration out of the site: people.yml holds addresses."""
    for file in list(files):
        source = file.abs_src_path if file.src_uri.endswith((".yml", ".yaml")) else None
        if source is not None and Path(source).resolve().is_relative_to(references):
            files.remove(file)


def _meta(virtual: VirtualPage, page: Page) -> dict[str, Any]:
    meta: dict[str, Any] = {"render_macros": False, "title": str(page.title)}
    if virtual.status is not None:
        meta["status"] = virtual.status
    wide = {pages.CALENDAR, pages.INDEX, pages.REVIEWS, pages.WAIVERS}
    if virtual.uri in wide or virtual.uri.startswith(("lineage/", "datasets/", "contracts/")):
        meta["hide"] = ["toc"]  # the matrix and the figures need the width
    if not virtual.searched:
        meta["search"] = {"exclude": True}
    return meta


def _broken(title: str) -> Markup:
    return Markup(
        '<h1>{}</h1><div class="admonition failure"><p class="admonition-title">This page could not be drawn</p>'
        "<p>That is a fault of Plangate, not of the plan; the log of the build tells more.</p></div>"
    ).format(title)


def _ids(html: str) -> list[str]:
    return [piece.split('"', 1)[0] for piece in html.split(' id="')[1:]]

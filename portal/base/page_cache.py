"""What Wagtail writes beside what its pages show."""

from portal.pagecache.tables import hide, show

show(
    "base.BasePage",
    "base.PageKeyword",
    "base.PortalSettings",
    "contenttypes.ContentType",
    "taggit.Tag",
    "taggit.TaggedItem",
    "wagtailcore.Collection",
    "wagtailcore.CollectionViewRestriction",
    "wagtailcore.Locale",
    "wagtailcore.PageViewRestriction",
    "wagtailcore.Site",
    "wagtaildocs.Document",
    "wagtailembeds.Embed",
    "wagtailimages.Image",
    "wagtailmedia.Media",
    "wagtailredirects.Redirect",
)
hide(
    "wagtailcore.Page",
    columns=(
        "draft_title",
        "has_unpublished_changes",
        "latest_revision_id",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by_id",
    ),
    why="a draft that is saved changes nothing on line",
)
hide(
    "wagtailimages.Rendition",
    only=("INSERT",),
    why="made while a page is rendered, which shows it already; one that goes changes the pages that showed it",
)
hide(
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.GroupApprovalTask",
    "wagtailcore.PageSubscription",
    "wagtailcore.Revision",
    "wagtailcore.Task",
    "wagtailcore.TaskState",
    "wagtailcore.Workflow",
    "wagtailcore.WorkflowContentType",
    "wagtailcore.WorkflowPage",
    "wagtailcore.WorkflowState",
    "wagtailcore.WorkflowTask",
    why="drafts and their moderation",
)
hide(
    "wagtailadmin.Admin",
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtailcore.APIToken",
    "wagtailcore.GroupCollectionPermission",
    "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupSitePermission",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.PageLogEntry",
    "wagtailcore.ReferenceIndex",
    "wagtailcore.UploadedFile",
    "wagtailusers.UserProfile",
    why="the admin's own",
)
hide(
    "wagtailsearch.IndexEntry",
    "wagtailsearch.SQLiteFTSIndexEntry",
    "wagtailsearchpromotions.Query",
    "wagtailsearchpromotions.QueryDailyHits",
    "wagtailsearchpromotions.SearchPromotion",
    why="for searches, whose pages are not kept",
)

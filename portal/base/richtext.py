"""What rich text may hold: enough to write, not enough to break the design or the outline of a page."""

TEXT = ["bold", "italic", "ul", "ol", "link", "document-link"]
SECTION = ["h3", "h4", *TEXT, "blockquote"]

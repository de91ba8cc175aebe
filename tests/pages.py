"""Pages as tests read them: tags, texts, and whether colours can be told apart."""

from html.parser import HTMLParser

from matplotlib.colors import to_rgb

#: A label that would do harm if it were taken for anything but a text.
NASTY = '<script>alert("x")</script>&amp;{{ 7 * 7 }}$a_1$'


class Page(HTMLParser):
    """Every tag with its attributes, and every text with the tags that it stands in."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    def inside(self, tag):
        return [text for tags, text in self.texts if tag in tags]

    def of(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def luminance(colour):
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)

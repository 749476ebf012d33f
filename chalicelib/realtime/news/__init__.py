"""What changes of the table mean to people."""

from chalicelib.realtime.news.locks import FRAME_OF, leased_to
from chalicelib.realtime.news.news import HasDraft, News
from chalicelib.realtime.news.record import deactivation_in, follow_up, news_of

__all__ = ["FRAME_OF", "HasDraft", "News", "deactivation_in", "follow_up", "leased_to", "news_of"]

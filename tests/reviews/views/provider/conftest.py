import pytest

from tests.reviews.views.provider.story import Story, story


@pytest.fixture
def tale(db: None) -> Story:
    """A draft of a programme, and everyone who will have a part in its review."""
    return story()

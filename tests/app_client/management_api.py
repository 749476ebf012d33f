"""The management endpoint that the app under test sends its frames to.

It listens from the start, so that the app's settings can name it, and answers while the feature tests run.
"""

from tests.fake_management_api import FakeManagementApi

MANAGEMENT_API = FakeManagementApi()

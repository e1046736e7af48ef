"""Where the doors' addresses meet."""

urlpatterns: list[object] = []

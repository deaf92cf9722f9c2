"""Addresses of the organisation's screens."""

from django.urls import path

from casework.web.organisation import absences, people, units

urlpatterns = [
    path("organisation/", units.tree, name="organisation"),
    path("organisation/enhet/ny/", units.found, name="unit-found"),
    path("organisation/enhet/sla-samman/", units.merge, name="unit-merge"),
    path("organisation/enhet/<int:pk>/", units.unit, name="unit"),
    path("organisation/enhet/<int:pk>/byt-namn/", units.rename, name="unit-rename"),
    path("organisation/enhet/<int:pk>/lagg-ned/", units.close, name="unit-close"),
    path("organisation/enhet/<int:pk>/forste/", units.forste, name="unit-forste"),
    path("organisation/roll/<int:pk>/skyddade/", units.protected, name="membership-protected"),
    path("organisation/roll/<int:pk>/avsluta/", people.end_role, name="membership-end"),
    path("organisation/personer/", people.people, name="people"),
    path("organisation/personer/<int:pk>/", people.person, name="person"),
    path("organisation/personer/<int:pk>/lamna-over/", people.hand_over, name="hand-over"),
    path("organisation/franvaro/", absences.absences, name="absence-list"),
    path("organisation/franvaro/<int:pk>/avsluta/", absences.end, name="absence-end"),
]

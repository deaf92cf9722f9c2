"""Addresses of what waits for a yes and of one's own account."""

from django.urls import path

from casework.web.accounts import own, waiting

urlpatterns = [
    path("organisation/konton/", waiting.accounts, name="account-list"),
    path("organisation/konton/roll/<int:pk>/", waiting.answer_role, name="grant-role"),
    path("organisation/konton/ersattare/<int:pk>/", waiting.answer_stand_in, name="grant-stand-in"),
    path("organisation/konton/tva-steg/<int:pk>/", waiting.agree, name="second-step-agree"),
    # In the place of the library's page, by which an address would change at once.
    path("accounts/email/", own.address, name="own-address"),
    path("accounts/password/set/", own.no_password, name="no-password"),
    path("konto/stoppa/<str:token>/", own.stop, name="account-stop"),
]

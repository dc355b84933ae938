"""Sentences of django-allauth and of Django's forms that we say in our own words.

Their German says «Du» in places, and ours says «Sie». A sentence that stands here is found when messages are
collected, and our catalogue comes before the library's.
"""

from django.utils.translation import gettext_noop as _

OF_ALLAUTH = [
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("You must type the same email each time."),
    _("Be patient, you are sending too many requests."),
    _("You cannot add more than %d email addresses."),
    _("You cannot remove your primary email address."),
    _("Your primary email address must be verified."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Your email address is still pending verification."),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("You are about to generate a new set of recovery codes for your account."),
    _(
        "An account already exists with this email address. Please sign in to that account first, "
        "then connect your %s account."
    ),
    _("Too many failed login attempts. Try again later."),
    _("The email address and/or password you specified are not correct."),
]

# Django says them well, but the catalogue of Django REST framework, which Wagtail brings along, comes before Django's.
OF_FORMS = [
    _("Enter a valid URL."),
    _("Enter a valid email address."),
    _("Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
]

"""What numbered people have answered to the task of a run to come: one accepted, one to revise, two that wait."""

from datetime import timedelta

from courses.enums import StepKind
from courses.models import CourseRun, Step
from enrolment import services
from enrolment.models import Enrolment, Submission

from .loading import Loading

ANSWERED = "zugang-grundlagen-2"
ANSWERS = (
    "Unsere Stelle ist die Terminbuchung. Man braucht ein Telefon mit deutscher Nummer, sonst kommt die Bestätigung "
    "nicht an. Wer gerade erst angekommen ist, hat keine. Vorgeschrieben ist das nirgends, es steht nur im Formular. "
    "Ich kann in der Teamrunde vorschlagen, dass auch eine E-Mail-Adresse genügt.",
    "Bei uns bleiben Menschen an der Nachforderung hängen. Der Brief ist lang und nennt die Frist erst am Ende.",
    "Der Aufruf im Warteraum geht nach Namen. Wer schlecht hört oder wessen Name falsch gesprochen wird, verpasst "
    "seinen Termin. Nummern wären möglich: Der Bildschirm hängt schon da.",
    "Im Flur stehen drei Schilder, alle nur auf Deutsch. Das Schild zum Aufzug fehlt.",
)
FEEDBACK = (
    (True, "Sehr klar beobachtet, und der Schritt liegt in Ihrer Hand. Bringen Sie das Formular bitte mit."),
    (False, "Ein gutes Beispiel. Bitte ergänzen Sie, wer die Frist verpasst und welchen Schritt Sie anstoßen können."),
)


def load_answers(loading: Loading) -> None:
    """Nothing happens where somebody has answered already."""
    for run in CourseRun.objects.filter(slug=ANSWERED).select_related("version"):
        step = Step.objects.filter(version=run.version, kind=StepKind.TASK).order_by("position").first()
        trainer = run.trainers.first()
        places = list(Enrolment.objects.confirmed().filter(run=run).select_related("run", "learner").order_by("pk"))
        if step is None or trainer is None or Submission.objects.filter(enrolment__run=run).exists():
            return
        handed_in = []
        for number, (place, text) in enumerate(zip(places, ANSWERS, strict=False)):
            at = loading.at - timedelta(days=6 - number, hours=number)
            written = services.Written(text=text)
            handed_in.append(services.hand_in(enrolment=place, step=step, written=written, at=at))
        for submission, (accepts, words) in zip(handed_in, FEEDBACK, strict=False):
            services.give_feedback(
                submission=submission,
                accepts=accepts,
                feedback=words,
                actor=trainer,
                at=submission.submitted_at + timedelta(days=1),
            )

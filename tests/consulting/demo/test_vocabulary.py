"""The words of states and types are the same in the code and in the vocabulary of the demo content."""

import pytest
from django.utils import translation

from consulting.demo.content import read
from consulting.enums import PhaseKey, PhaseState, ProcessState
from courses.enums import CourseType
from enrolment.enums import EnrolmentState

ENUMS = {
    "course_types": CourseType,
    "enrolment_states": EnrolmentState,
    "process_states": ProcessState,
    "phase_states": PhaseState,
    "phases": PhaseKey,
}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ENUMS)
def test_labels_of_the_code_are_those_of_the_vocabulary(name, language):
    with translation.override(language):
        labels = {str(value): str(label) for value, label in ENUMS[name].choices}

    assert labels == {key: words[language] for key, words in read("vocabulary")[name].items()}

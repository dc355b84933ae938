"""Addresses of process facilitation."""

from django.urls import path

from . import views

app_name = "consulting"
one = "processes/<int:process_id>/"
phase = one + "phases/<int:phase_id>/"
milestone = one + "milestones/<int:milestone_id>/"
member = one + "people/<int:member_id>/"
barrier = "barriers/<int:barrier_id>/"
document = "documents/<int:document_id>/"
measure = "measures/<int:measure_id>/"
assessment = "self-assessments/<int:assessment_id>/"

urlpatterns = [
    path("dates/", views.open_dates, name="open_dates"),
    path("processes/", views.process_list, name="process_list"),
    path("processes/new/", views.create_process, name="create_process"),
    path("processes/request/", views.request_facilitation, name="request_facilitation"),
    path("processes/request/thanks/<str:reference>/", views.request_thanks, name="request_thanks"),
    path("processes/requests/", views.request_list, name="request_list"),
    path("processes/requests/<int:request_id>/", views.process_request, name="process_request"),
    path(one, views.process_detail, name="process_detail"),
    path(one + "edit/", views.change_process, name="change_process"),
    path(one + "timeline/", views.process_timeline, name="process_timeline"),
    path(one + "template/", views.process_template, name="process_template"),
    path(one + "log/", views.process_log, name="process_log"),
    path(one + "agreement/", views.date_agreement, name="date_agreement"),
    path(one + "agreement/sign/", views.sign_agreement, name="sign_agreement"),
    path(one + "move/<slug:move>/", views.move_process, name="move_process"),
    path(phase + "edit/", views.change_phase, name="change_phase"),
    path(phase + "activate/", views.activate_phase, name="activate_phase"),
    path(phase + "reach/", views.reach_phase, name="reach_phase"),
    path(phase + "reopen/", views.reopen_phase, name="reopen_phase"),
    path(one + "milestones/new/", views.add_milestone, name="add_milestone"),
    path(milestone + "edit/", views.change_milestone, name="change_milestone"),
    path(milestone + "tick/", views.tick_milestone, name="tick_milestone"),
    path(milestone + "untick/", views.untick_milestone, name="untick_milestone"),
    path(milestone + "drop/", views.drop_milestone, name="drop_milestone"),
    path(milestone + "restore/", views.restore_milestone, name="restore_milestone"),
    path(one + "people/new/", views.add_member, name="add_member"),
    path(member + "end/", views.end_member, name="end_member"),
    path(one + "barriers/", views.barrier_list, name="barrier_list"),
    path(one + "barriers/new/", views.record_barrier, name="record_barrier"),
    path(barrier, views.barrier_detail, name="barrier_detail"),
    path(barrier + "edit/", views.change_barrier, name="change_barrier"),
    path(barrier + "evidence/new/", views.add_evidence, name="add_evidence"),
    path(barrier + "move/<slug:move>/", views.move_barrier, name="move_barrier"),
    path(barrier + "level/", views.set_barrier_level, name="set_barrier_level"),
    path("evidence/<int:evidence_id>/release/", views.release_evidence, name="release_evidence"),
    path("evidence/<int:evidence_id>/withdraw/", views.withdraw_evidence, name="withdraw_evidence"),
    path(one + "self-assessments/", views.assessment_list, name="assessment_list"),
    path(one + "self-assessments/new/", views.open_assessment, name="open_assessment"),
    path(assessment + "close/", views.close_assessment, name="close_assessment"),
    path(assessment + "reopen/", views.reopen_assessment, name="reopen_assessment"),
    path(assessment + "fields/<slug:field_slug>/", views.answer_assessment, name="answer_assessment"),
    path(assessment + "hand-in/", views.hand_in_assessment, name="hand_in_assessment"),
    path(one + "measures/", views.measure_list, name="measure_list"),
    path(one + "measures/new/", views.note_measure, name="note_measure"),
    path(one + "goals/new/", views.note_goal, name="note_goal"),
    path(measure, views.measure_detail, name="measure_detail"),
    path(measure + "edit/", views.change_measure, name="change_measure"),
    path(measure + "move/<slug:move>/", views.move_measure, name="move_measure"),
    path(measure + "check/", views.check_effect, name="check_effect"),
    path(measure + "checks/<int:check_id>/view/", views.add_mso_view, name="add_mso_view"),
    path(measure + "hand-over/", views.hand_over_measure, name="hand_over_measure"),
    path(one + "documents/", views.document_list, name="document_list"),
    path(one + "documents/new/", views.add_document, name="add_document"),
    path(document, views.document_detail, name="document_detail"),
    path(document + "edit/", views.change_document, name="change_document"),
    path(document + "versions/new/", views.add_version, name="add_version"),
    path(document + "level/", views.set_document_level, name="set_document_level"),
    path("document-versions/<int:version_id>/file/", views.document_file, name="document_file"),
    path("document-versions/<int:version_id>/approve/", views.approve_version, name="approve_version"),
]

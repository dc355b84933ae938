"""Addresses of places, approvals, the own calendar, learning, teaching and certificates."""

from django.urls import path

from .views import (
    access,
    approvals,
    attendance_lists,
    bookings,
    calendars,
    certificates,
    check_in,
    interest,
    learning,
    mails,
    messages,
    people_upload,
    places,
    record,
    revocations,
    signed_lists,
    tasks,
    teaching,
    waiting,
    waivers,
)

app_name = "enrolment"

urlpatterns = [
    # --- Places
    path("runs/<int:run_id>/enrol/", places.enrol, name="enrol"),
    path("places/<int:enrolment_id>/withdraw/", places.withdraw, name="withdraw"),
    path("places/<int:enrolment_id>/accept/", places.accept_offer, name="accept_offer"),
    path("places/<int:enrolment_id>/decline/", places.decline_offer, name="decline_offer"),
    path("places/<int:enrolment_id>/hand-over/", places.hand_over, name="hand_over"),
    path("places/<int:enrolment_id>/access/", access.access_needs, name="access_needs"),
    path("my/places/", places.my_places, name="my_places"),
    path("my/interest/", interest.my_interest, name="my_interest"),
    path("courses/<int:course_id>/interest/", interest.note_interest, name="note_interest"),
    path("interest/<int:interest_id>/give-up/", interest.give_up_interest, name="give_up_interest"),
    path("places/<int:enrolment_id>/deputy/", approvals.name_deputy, name="name_deputy"),
    # --- The supervisor's approval
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/staff-council.csv", approvals.council_list, name="council_list"),
    path("approvals/requests/<int:approval_id>/", approvals.approval_request, name="approval_request"),
    path("approvals/<str:token>/", approvals.approve, name="approve"),
    # --- Bookings of organisations
    path("organisation/", bookings.organisation, name="organisation"),
    path("organisation/people.csv", bookings.people_file, name="people_file"),
    path("organisation/runs/", bookings.runs_to_book, name="runs_to_book"),
    path("organisation/runs/<int:run_id>/", bookings.book_places, name="book_places"),
    path("organisation/bookings/<int:booking_id>/", bookings.booking, name="booking"),
    path("organisation/bookings/<int:booking_id>/people.csv", bookings.booking_file, name="booking_file"),
    path("organisation/bookings/<int:booking_id>/upload/", people_upload.upload_people, name="upload_people"),
    path("organisation/bookings/<int:booking_id>/add/", bookings.add_seats, name="add_seats"),
    path("organisation/bookings/<int:booking_id>/give-back/", bookings.give_back_seats, name="give_back_seats"),
    path("organisation/bookings/<int:booking_id>/leave-list/", bookings.leave_list, name="leave_list"),
    path("organisation/bookings/<int:booking_id>/release-date/", bookings.set_release_date, name="set_release_date"),
    path("organisation/bookings/<int:booking_id>/link/", bookings.renew_link, name="renew_link"),
    path("organisation/bookings/<int:booking_id>/link/revoke/", bookings.revoke_link, name="revoke_link"),
    path("organisation/people/<int:person_id>/take-off/", bookings.take_off, name="take_off"),
    path("organisation/people/<int:person_id>/replace/", bookings.replace_person, name="replace_person"),
    path("organisation/places/<str:token>/", bookings.take_place, name="take_place"),
    path("teaching/runs/<int:run_id>/bookings/", bookings.run_bookings, name="run_bookings"),
    # --- The own calendar
    path("my/calendar/", calendars.my_calendar, name="my_calendar"),
    path("my/calendar/mails/", calendars.set_mails, name="set_mails"),
    path("my/calendar/address/", calendars.renew_address, name="renew_address"),
    path("my/calendar/address/revoke/", calendars.revoke_address, name="revoke_address"),
    # --- Learning
    path("learn/<int:enrolment_id>/", learning.learn, name="learn"),
    path("learn/<int:enrolment_id>/<int:position>/", learning.learn_step, name="learn_step"),
    path("learn/<int:enrolment_id>/<int:position>/done/", learning.finish_step, name="finish_step"),
    path("learn/<int:enrolment_id>/<int:position>/video", learning.step_video, name="step_video"),
    path("learn/<int:enrolment_id>/<int:position>/captions", learning.step_captions, name="step_captions"),
    path("learn/<int:enrolment_id>/<int:position>/document", learning.step_document, name="step_document"),
    path("learn/<int:enrolment_id>/<int:position>/answer/", tasks.answer_task, name="answer_task"),
    path("learn/<int:enrolment_id>/<int:position>/answer/take-back/", tasks.withdraw_answer, name="withdraw_answer"),
    path("learn/<int:enrolment_id>/<int:position>/answer/file/delete/", tasks.delete_file, name="delete_answer_file"),
    path("answers/<int:submission_id>/file", tasks.answer_file, name="answer_file"),
    # --- Checking in to a date
    path("check-in/", check_in.type_code, name="type_code"),
    path("check-in/<str:code>/", check_in.check_in, name="check_in"),
    # --- Teaching
    path("teaching/", teaching.teaching, name="teaching"),
    path("teaching/tasks/", tasks.task_queue, name="task_queue"),
    path("teaching/tasks/<int:submission_id>/", tasks.review_answer, name="review_answer"),
    path("teaching/interest/", interest.interest_list, name="interest_list"),
    path("teaching/interest/<int:course_id>/", interest.interested_people, name="interested_people"),
    path("teaching/runs/<int:run_id>/", teaching.roster, name="roster"),
    path("teaching/runs/<int:run_id>/figures.csv", teaching.run_figures, name="run_figures"),
    path("teaching/runs/<int:run_id>/changes/", teaching.tell_of_changes, name="tell_of_changes"),
    path("teaching/runs/<int:run_id>/mails/", mails.run_mails, name="run_mails"),
    path("teaching/runs/<int:run_id>/mails/<int:mail_id>/retry/", mails.retry_mail, name="retry_mail"),
    path("teaching/runs/<int:run_id>/mails/<int:mail_id>/resend/", mails.resend_mail, name="resend_mail"),
    path("teaching/runs/<int:run_id>/message/", messages.write_message, name="write_message"),
    path("teaching/runs/<int:run_id>/access/", access.access_list, name="access_list"),
    path("teaching/runs/<int:run_id>/waiting-list/", waiting.waiting_list, name="waiting_list"),
    path("teaching/runs/<int:run_id>/exceptions/", waivers.waivers, name="waivers"),
    path(
        "teaching/runs/<int:run_id>/exceptions/<int:waiver_id>/withdraw/",
        waivers.withdraw_waiver,
        name="withdraw_waiver",
    ),
    path("teaching/runs/<int:run_id>/certificates/", teaching.issue_certificates, name="issue_certificates"),
    path(
        "teaching/runs/<int:run_id>/certificates/<str:number>/revoke/",
        revocations.revoke_certificate,
        name="revoke_certificate",
    ),
    path(
        "teaching/runs/<int:run_id>/certificates/<str:number>/restore/",
        revocations.restore_certificate,
        name="restore_certificate",
    ),
    path("teaching/runs/<int:run_id>/sessions/<int:session_id>/attendance/", teaching.attendance, name="attendance"),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/list/", teaching.attendance_list, name="attendance_list"
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/close/",
        attendance_lists.close_attendance,
        name="close_attendance",
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/addendum/",
        attendance_lists.add_addendum,
        name="add_addendum",
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/check-in/", check_in.check_in_sheet, name="check_in_sheet"
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/check-in/open/",
        check_in.open_check_in,
        name="open_check_in",
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/check-in/close/",
        check_in.close_check_in,
        name="close_check_in",
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/signed/",
        signed_lists.attach_signed_list,
        name="attach_signed_list",
    ),
    path(
        "teaching/runs/<int:run_id>/sessions/<int:session_id>/signed/<int:list_id>/",
        signed_lists.signed_list,
        name="signed_list",
    ),
    # --- Certificates
    path("my/certificates/", certificates.my_certificates, name="my_certificates"),
    path("my/certificates/<str:number>.pdf", certificates.certificate_pdf, name="certificate_pdf"),
    path("my/certificates/<str:number>/correct/", certificates.correct_certificate, name="correct_certificate"),
    # --- The own learning record
    path("my/record/", record.my_record, name="my_record"),
    path("my/record/record.pdf", record.record_pdf, name="record_pdf"),
    path("my/record/record.json", record.record_json, name="record_json"),
    path("my/record/add/", record.add_external_course, name="add_external_course"),
    path("my/record/<int:entry_id>/", record.change_external_course, name="change_external_course"),
    path("my/record/<int:entry_id>/delete/", record.delete_external_course, name="delete_external_course"),
    path("my/record/<int:entry_id>/proof/", record.record_proof, name="record_proof"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:code>/", certificates.verify_code, name="verify_code"),
]

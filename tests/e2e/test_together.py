"""Who is here and where they point, what a calendar and a visitor are told, and the end of a member's account."""

import time

from tests.e2e.clients import PASSWORD, Person, Socket, Visitor

# What a token is still taken for by a function that has not heard yet, and a moment.
STILL_TAKEN_SECONDS = 6.0
AT = {"x": 0.125, "y": 0.5}


def is_told_of(socket: Socket, person: Person, state: str) -> None:
    frame = socket.expects("presence-update")
    assert (frame["userId"], frame["userInfo"]["name"], frame["state"]) == (
        person.user["id"],
        person.user["name"],
        state,
    )


def test_two_people_see_each_other_come_edit_point_and_leave(alice: Person, bob: Person, appointment: str) -> None:
    with alice.watches(appointment) as alices, bob.socket(bob.ticket()) as bobs:
        bobs.sends(action="subscribe", appointmentId=appointment)
        here = {(one["userId"], one["state"]) for one in bobs.expects("snapshot")["presence"]}
        assert here == {(alice.user["id"], "viewing"), (bob.user["id"], "viewing")}
        is_told_of(alices, bob, "viewing")

        bobs.sends(action="presence", appointmentId=appointment, state="editing")
        is_told_of(alices, bob, "editing")
        alices.sends(action="presence", appointmentId=appointment, state="idle")
        is_told_of(bobs, alice, "idle")

        bobs.sends(action="cursor-position", appointmentId=appointment, position=AT)
        pointer = alices.expects("cursor-update")
        assert (pointer["userId"], pointer["position"]) == (bob.user["id"], AT)
        bobs.sends(action="ping")
        bobs.expects_next("pong")

        bobs.sends(action="unsubscribe", appointmentId=appointment)
        is_told_of(alices, bob, "left")


def test_who_is_cut_off_is_seen_to_leave(alice: Person, bob: Person, appointment: str) -> None:
    with alice.watches(appointment) as alices, bob.watches(appointment) as bobs:
        is_told_of(alices, bob, "viewing")
        bobs.vanishes()
        is_told_of(alices, bob, "left")


def test_a_pointer_over_http_is_seen_too(alice: Person, bob: Person, appointment: str) -> None:
    with alice.watches(appointment) as alices:
        answer = bob.send("POST", f"/appointments/{appointment}/update-position", AT)
        assert (answer.status, answer["position"]) == (200, AT)
        assert alices.expects("cursor-update")["userId"] == bob.user["id"]


def test_a_calendar_tells_of_what_is_entered_and_saved(alice: Person, bob: Person, admin: Person) -> None:
    doctor = alice.send("GET", "/appointments?limit=1")["items"][0]["doctorId"]
    with bob.socket(bob.ticket()) as whole, bob.socket(bob.ticket()) as one:
        whole.sends(action="subscribe-calendar")
        one.sends(action="subscribe-calendar", doctorId=doctor)
        assert one.expects("calendar-subscribed")["doctorId"] == doctor
        whole.expects("calendar-subscribed")

        booked = admin.books()
        for socket in (whole, one):
            assert socket.expects("appointment-updated", appointmentId=booked)["appointmentVersion"] == 1
        alice.saves(booked, alice.acquires(booked)["lock"], "Seen in the calendar")
        for socket in (whole, one):
            saved = socket.expects("appointment-updated", appointmentId=booked)
            assert (saved["appointmentVersion"], saved["changed"]) == (2, ["title"])


def test_a_visitor_learns_which_times_are_taken_and_nothing_else(
    visitor: Visitor, alice: Person, bob: Person, admin: Person
) -> None:
    with visitor.socket(visitor.ticket_of("demo")) as socket, bob.socket(bob.ticket()) as bobs:
        bobs.sends(action="subscribe-calendar")
        bobs.expects("calendar-subscribed")
        booked = admin.books()
        doctor = admin.send("GET", f"/appointments/{booked}")["doctorId"]
        taken = socket.expects("slot-updated", doctorId=doctor, state="booked")
        assert set(taken) == {"type", "at", "doctorId", "start", "end", "state"}

        alice.saves(booked, alice.acquires(booked)["lock"], "Nobody's business")
        bobs.expects("appointment-updated", appointmentId=booked, appointmentVersion=2)
        socket.sends(action="subscribe", appointmentId=booked)
        socket.expects_next("error")


def test_the_connections_of_a_deactivated_member_are_closed(
    carla: Person, admin: Person, appointment: str
) -> None:
    with carla.watches(appointment) as socket, admin.watches(appointment) as admins:
        began = time.monotonic()
        assert admin.send("DELETE", f"/users/{carla.user['id']}").status == 200
        socket.is_closed()
        is_told_of(admins, carla, "left")
        while carla.send("GET", "/auth/me").status != 401:
            assert time.monotonic() < began + STILL_TAKEN_SECONDS
    refused = carla.send("POST", "/auth/signin", {"email": carla.user["email"], "password": PASSWORD})
    assert refused.status == 401

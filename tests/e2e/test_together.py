"""Presence, pointers, calendar and slot updates, and deactivation."""

import time

from tests.app_client.member import Member, Visitor
from tests.app_client.socket import Socket
from tests.e2e.demo import PASSWORD, create_appointment, save_title

# How long a function may still accept a revoked token, and a little more.
MAX_REVOCATION_SECONDS = 6.0
AT = {"x": 0.125, "y": 0.5}


def expects_presence(socket: Socket, member: Member, state: str) -> None:
    frame = socket.expects("presence-update")
    assert (frame["userId"], frame["userInfo"]["name"], frame["state"]) == (
        member.member_id,
        member.name,
        state,
    )


def test_two_members_see_presence_and_pointers(alice: Member, bob: Member, appointment: str) -> None:
    with alice.watches(appointment) as alices, bob.connects() as bobs:
        bobs.sends({"action": "subscribe", "appointmentId": appointment})
        here = {(one["userId"], one["state"]) for one in bobs.expects("snapshot")["presence"]}
        assert here == {(alice.member_id, "viewing"), (bob.member_id, "viewing")}
        expects_presence(alices, bob, "viewing")

        bobs.sends({"action": "presence", "appointmentId": appointment, "state": "editing"})
        expects_presence(alices, bob, "editing")
        alices.sends({"action": "presence", "appointmentId": appointment, "state": "idle"})
        expects_presence(bobs, alice, "idle")

        bobs.sends({"action": "cursor-position", "appointmentId": appointment, "position": AT})
        pointer = alices.expects("cursor-update")
        assert (pointer["userId"], pointer["position"]) == (bob.member_id, AT)
        bobs.sends({"action": "ping"})
        bobs.expects_next("pong")

        bobs.sends({"action": "unsubscribe", "appointmentId": appointment})
        expects_presence(alices, bob, "left")


def test_dropped_member_is_seen_to_leave(alice: Member, bob: Member, appointment: str) -> None:
    with alice.watches(appointment) as alices, bob.watches(appointment) as bobs:
        expects_presence(alices, bob, "viewing")
        bobs.drops()
        expects_presence(alices, bob, "left")


def test_pointer_over_http_is_seen_by_others(alice: Member, bob: Member, appointment: str) -> None:
    with alice.watches(appointment) as alices:
        answer = bob.post(f"/appointments/{appointment}/update-position", AT)
        assert (answer.status, answer["position"]) == (200, AT)
        assert alices.expects("cursor-update")["userId"] == bob.member_id


def test_calendar_shows_created_and_saved_appointments(alice: Member, bob: Member, admin: Member) -> None:
    doctor = alice.get("/appointments?limit=1")["items"][0]["doctorId"]
    with bob.connects() as whole, bob.connects() as one:
        whole.sends({"action": "subscribe-calendar"})
        one.sends({"action": "subscribe-calendar", "doctorId": doctor})
        assert one.expects("calendar-subscribed")["doctorId"] == doctor
        whole.expects("calendar-subscribed")

        booked = create_appointment(admin)
        for socket in (whole, one):
            assert socket.expects("appointment-updated", appointmentId=booked)["appointmentVersion"] == 1
        alice.acquires(booked)
        save_title(alice, booked, "Seen in the calendar")
        for socket in (whole, one):
            saved = socket.expects("appointment-updated", appointmentId=booked)
            assert (saved["appointmentVersion"], saved["changed"]) == (2, ["title"])


def test_visitor_sees_taken_times_and_nothing_else(
    visitor: Visitor, alice: Member, bob: Member, admin: Member
) -> None:
    with visitor.watches_slots("demo") as socket, bob.connects() as bobs:
        bobs.sends({"action": "subscribe-calendar"})
        bobs.expects("calendar-subscribed")
        booked = create_appointment(admin)
        doctor = admin.get(f"/appointments/{booked}")["doctorId"]
        taken = socket.expects("slot-updated", doctorId=doctor, state="booked")
        assert set(taken) == {"type", "at", "doctorId", "start", "end", "state"}

        alice.acquires(booked)
        save_title(alice, booked, "Nobody's business")
        bobs.expects("appointment-updated", appointmentId=booked, appointmentVersion=2)
        socket.sends({"action": "subscribe", "appointmentId": booked})
        socket.expects_next("error")


def test_deactivation_closes_connections(carla: Member, admin: Member, appointment: str) -> None:
    with carla.watches(appointment) as socket, admin.watches(appointment) as admins:
        began = time.monotonic()
        assert admin.delete(f"/users/{carla.member_id}").status == 200
        socket.expects_close()
        expects_presence(admins, carla, "left")
        while carla.get("/auth/me").status != 401:
            assert time.monotonic() < began + MAX_REVOCATION_SECONDS
    refused = carla.post("/auth/signin", {"email": carla.email, "password": PASSWORD})
    assert refused.status == 401

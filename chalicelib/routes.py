"""Every route of the API, and the function that handles it.

The first request for a handler imports its module, so that a process loads only what it serves.
"""

from chalicelib.core.http.router import routes_of

ROUTES = routes_of(
    {
        "chalicelib.core.api": {
            "GET /health": "health",
            "GET /openapi.json": "openapi",
            "GET /asyncapi.json": "asyncapi",
        },
        "chalicelib.accounts.api": {
            "POST /auth/signin": "sign_in",
            "POST /auth/refresh": "refresh",
            "GET /auth/me": "me",
            "GET /tenant": "get_tenant",
            "PATCH /tenant": "change_tenant",
            "GET /users": "list_members",
            "DELETE /users/{user_id}": "deactivate_member",
        },
        "chalicelib.locking.api.admin": {
            "POST /appointments/{appointment_id}/admin-takeover": "admin_takeover",
            "DELETE /appointments/{appointment_id}/force-release-lock": "force_release_lock",
        },
        "chalicelib.locking.api.control": {
            "POST /appointments/{appointment_id}/request-control": "request_control",
            "DELETE /appointments/{appointment_id}/request-control": "withdraw_request",
            "POST /appointments/{appointment_id}/respond-control": "respond_control",
        },
        "chalicelib.locking.api.leases": {
            "GET /appointments/{appointment_id}/lock-status": "lock_status",
            "POST /appointments/{appointment_id}/acquire-lock": "acquire_lock",
            "POST /appointments/{appointment_id}/renew-lock": "renew_lock",
            "DELETE /appointments/{appointment_id}/release-lock": "release_lock",
            "POST /appointments/{appointment_id}/release-lock": "release_lock_by_beacon",
            "POST /appointments/{appointment_id}/move-lock": "move_lock",
        },
        "chalicelib.scheduling.api.availability": {
            "GET /availability": "availability",
            "GET /public/{slug}": "public_practice",
            "GET /public/{slug}/availability": "public_availability",
        },
        "chalicelib.scheduling.api.booking_rules": {
            "GET /booking-rules": "booking_rules",
            "PUT /booking-rules": "set_booking_rules",
        },
        "chalicelib.scheduling.api.doctors": {
            "GET /doctors": "list_doctors",
            "POST /doctors": "add_doctor",
            "PATCH /doctors/{doctor_id}": "change_doctor",
            "DELETE /doctors/{doctor_id}": "archive_doctor",
        },
        "chalicelib.scheduling.api.resources": {
            "GET /resources": "list_resources",
            "POST /resources": "add_resource",
            "PATCH /resources/{resource_id}": "change_resource",
            "DELETE /resources/{resource_id}": "archive_resource",
        },
        "chalicelib.scheduling.api.services": {
            "GET /services": "list_services",
            "POST /services": "add_service",
            "PATCH /services/{service_id}": "change_service",
            "DELETE /services/{service_id}": "archive_service",
        },
        "chalicelib.scheduling.api.sign_up": {
            "POST /auth/signup": "sign_up",
        },
        "chalicelib.appointments.api.appointments": {
            "GET /appointments": "list_appointments",
            "GET /appointments/{appointment_id}": "get_appointment",
        },
        "chalicelib.appointments.api.saving": {
            "POST /appointments": "create_appointment",
            "PUT /appointments/{appointment_id}": "save_appointment",
            "POST /appointments/{appointment_id}/cancel": "cancel_appointment",
        },
        "chalicelib.appointments.api.calendar_feeds": {
            "POST /doctors/{doctor_id}/feed": "open_feed",
            "DELETE /doctors/{doctor_id}/feed": "close_feed",
            "GET /feeds/{feed_token}": "get_feed",
        },
        "chalicelib.appointments.api.csv_files": {
            "GET /appointments-export": "export_appointments",
            "POST /appointments-import": "import_appointments",
        },
        "chalicelib.appointments.api.drafts": {
            "GET /appointments/{appointment_id}/draft": "get_draft",
            "PUT /appointments/{appointment_id}/draft": "keep_draft",
            "DELETE /appointments/{appointment_id}/draft": "discard_draft",
        },
        "chalicelib.appointments.api.revisions": {
            "GET /appointments/{appointment_id}/revisions": "list_revisions",
            "POST /appointments/{appointment_id}/revisions/{version}/restore": "restore_revision",
        },
        "chalicelib.appointments.api.schedule": {
            "GET /doctors/{doctor_id}/schedule": "doctors_schedule",
        },
        "chalicelib.booking.api.bookings": {
            "POST /public/{slug}/holds": "hold_slot",
            "DELETE /public/{slug}/holds/{hold_id}": "release_hold",
            "POST /public/{slug}/holds/{hold_id}/release": "release_hold_by_beacon",
            "POST /public/{slug}/bookings": "book",
        },
        "chalicelib.booking.api.self_service": {
            "GET /public/bookings/{manage_token}": "managed_booking",
            "GET /public/bookings/{manage_token}/calendar.ics": "booking_as_calendar_file",
            "POST /public/bookings/{manage_token}/reschedule": "reschedule_booking",
            "POST /public/bookings/{manage_token}/cancel": "cancel_booking",
        },
        "chalicelib.audit.api.history": {
            "GET /appointments/{appointment_id}/lock-history": "appointment_lock_history",
            "GET /users/{user_id}/lock-history": "member_lock_history",
            "GET /lock-history/recent": "recent_lock_history",
        },
        "chalicelib.audit.api.statistics": {
            "GET /appointments/{appointment_id}/lock-statistics": "appointment_lock_statistics",
            "GET /users/{user_id}/lock-statistics": "member_lock_statistics",
        },
        "chalicelib.realtime.api": {
            "POST /auth/ws-ticket": "ws_ticket",
            "POST /public/{slug}/ws-ticket": "visitor_ticket",
            "POST /appointments/{appointment_id}/update-position": "update_position",
        },
    }
)

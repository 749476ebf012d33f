import { expect, it } from "vitest";
import type { Doctor } from "./api/doctors";
import { doctorFieldsSchema, newDoctorFields, toDoctorFields, toDoctorForm } from "./doctor-fields";

const doctor: Doctor = {
  id: "d1",
  name: "Dr. Ana Reis",
  specialty: "Dentist",
  timeZone: "Europe/Lisbon",
  serviceIds: ["s1"],
  workingHours: [{ weekday: 1, start: "18:00", end: "24:00" }],
  breaks: [{ weekday: 1, start: "20:00", end: "20:30" }],
  exceptions: [
    { date: "2026-12-24", closed: true },
    { date: "2026-12-23", closed: false, start: "08:00", end: "24:00" },
  ],
};

it("a doctor round-trips through the form, including midnight as an end", () => {
  const { id: _id, ...form } = doctor;
  const [day, extra] = [
    { date: "2026-12-24", closed: true },
    { date: "2026-12-23", start: "08:00", end: "24:00" },
  ];
  expect(toDoctorFields(doctor).workingHours[0]?.end).toBe("00:00");
  expect(toDoctorForm(toDoctorFields(doctor))).toEqual({ ...form, exceptions: [day, extra] });
});

it("hours that end before they start have an error at their end", () => {
  const fields = { ...newDoctorFields("UTC"), name: "Dr. No", breaks: [{ weekday: 1, start: "13:00", end: "12:00" }] };
  const issues = doctorFieldsSchema.safeParse(fields).error?.issues;
  expect(issues?.map(({ path }) => path.join("."))).toEqual(["breaks.0.end"]);
});

import { Globe } from "lucide-react";
import { Select } from "@/components/ui/select";
import { showsSameTime, timeElsewhere } from "@/features/booking/labels";
import { zoneCity } from "@/lib/time/format";
import { localZone, zoneNames } from "@/lib/time/zone";

interface ZoneChoiceProps {
  zone: string;
  practiceZone: string;
  onChange: (zone: string) => void;
}

/** The zone of the times shown, and the practice's time if its clock differs. */
export function ZoneChoice({ zone, practiceZone, onChange }: ZoneChoiceProps) {
  const now = new Date().toISOString();
  const names = [...new Set([zone, practiceZone, ...zoneNames()])].sort();
  const owner = zone === localZone() ? `your time, ${zoneCity(zone)}` : `${zoneCity(zone)} time`;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="flex min-w-48 flex-1 items-start gap-2 text-muted">
        <Globe aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          Times are in {owner}.
          {!showsSameTime(zone, practiceZone, now) &&
            ` It is now ${timeElsewhere(now, practiceZone, zone)}, where the practice is.`}
        </span>
      </p>
      <div className="w-full sm:w-60">
        <Select
          aria-label="Time zone"
          className="[&_select]:min-h-11"
          value={zone}
          onChange={(event) => onChange(event.target.value)}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </Select>
      </div>
    </div>
  );
}

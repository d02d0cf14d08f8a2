using System.Globalization;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.Mime.Calendar;

/// <summary>Reads the text of a text/calendar part. Unknown components and properties are skipped.</summary>
internal static class CalendarReader
{
    private const int MostEvents = 200;
    private const int MostAttendees = 1000;

    public static CalendarContent? Read(string text, string? methodParameter)
    {
        var method = methodParameter?.ToUpperInvariant();
        var events = new List<CalendarEvent>();
        var isCalendar = false;
        List<CalendarLine>? component = null;
        var inner = 0;
        foreach (var line in CalendarLine.All(text))
        {
            var begins = line.Name == "BEGIN";
            if (component is null)
            {
                isCalendar |= begins && line.Value.Trim().Equals("VCALENDAR", StringComparison.OrdinalIgnoreCase);
                if (line.Name == "METHOD")
                    method ??= line.Value.Trim().ToUpperInvariant();
                else if (begins && IsEvent(line.Value) && events.Count < MostEvents)
                    component = [line];
                continue;
            }
            // An alarm inside an event has properties of the same names.
            if (begins)
                inner++;
            else if (line.Name == "END" && inner-- == 0)
            {
                events.Add(Event(component));
                (component, inner) = (null, 0);
            }
            else if (inner == 0)
                component.Add(line);
        }
        if (component is not null)
            events.Add(Event(component));
        return isCalendar || events.Count > 0 ? new CalendarContent(method, events) : null;
    }

    private static bool IsEvent(string value) => value.Trim().ToUpperInvariant() is "VEVENT" or "VTODO" or "VJOURNAL" or "VFREEBUSY";

    private static CalendarEvent Event(List<CalendarLine> lines)
    {
        CalendarLine? Find(string name) => lines.Find(line => line.Name == name);
        string? Text(string name) => Find(name)?.Text;
        var start = CalendarTimes.Read(Find("DTSTART"));
        var component = lines[0].Value.Trim().ToLowerInvariant()[1..];
        _ = int.TryParse(Text("SEQUENCE"), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
        return new CalendarEvent(
            component,
            Text("UID"),
            sequence,
            Text("STATUS")?.ToUpperInvariant(),
            Text("SUMMARY"),
            Text("DESCRIPTION"),
            Text("LOCATION"),
            start,
            CalendarTimes.Read(Find("DTEND") ?? Find("DUE")) ?? CalendarTimes.Plus(start, Find("DURATION")?.Value)
                ?? (component == "event" ? CalendarTimes.Implied(start) : null),
            Find("RRULE")?.Value,
            CalendarTimes.Read(Find("RECURRENCE-ID")),
            Person(Find("ORGANIZER")),
            [.. lines.Where(line => line.Name == "ATTENDEE").Take(MostAttendees).Select(Person).OfType<CalendarPerson>()]);
    }

    private static CalendarPerson? Person(CalendarLine? line)
    {
        if (line is null)
            return null;
        var address = AddressText.Clean(line.Parameters.GetValueOrDefault("EMAIL") ?? line.Value);
        return new CalendarPerson(
            new MailboxAddress(line.Parameters.GetValueOrDefault("CN") ?? "", address),
            line.Parameters.GetValueOrDefault("ROLE")?.ToUpperInvariant(),
            line.Parameters.GetValueOrDefault("PARTSTAT")?.ToUpperInvariant(),
            string.Equals(line.Parameters.GetValueOrDefault("RSVP"), "TRUE", StringComparison.OrdinalIgnoreCase));
    }
}

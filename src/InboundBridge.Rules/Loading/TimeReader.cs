using System.Globalization;
using InboundBridge.Rules.Conditions;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>time: {days: [mon, wed] or mon-fri, hours: "09:00-17:00", zone: Europe/Berlin}</c></summary>
internal static class TimeReader
{
    public static readonly string[] Keys = ["days", "hours", "zone"];

    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static TimeCondition? Read(YamlScalar key, YamlNode value, LoadContext context)
    {
        var problems = context.Problems;
        if (YamlShape.Mapping(value, "'time'", problems) is not { } mapping)
            return null;
        YamlShape.OnlyKeys(mapping, "key of 'time'", Keys, problems);
        var zone = TimeZoneInfo.Utc;
        if (mapping["zone"] is { } zoneNode && YamlShape.Text(zoneNode, "'zone'", problems) is { } name
            && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
        {
            problems.Error(zoneNode.Position, $"there is no time zone '{name}'", "as in Europe/Berlin or UTC");
            zone = TimeZoneInfo.Utc;
        }
        var days = mapping["days"] is { } daysNode ? Days(daysNode, problems) : null;
        var hours = mapping["hours"] is { } hoursNode ? Hours(hoursNode, problems) : [];
        if (mapping["days"] is null && mapping["hours"] is null)
            problems.Error(value.Position, "'time' needs days or hours");
        return new TimeCondition(key.Position, days, hours, zone, YamlText.Write(value));
    }

    private static HashSet<DayOfWeek> Days(YamlNode node, SourceProblems problems)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var item in YamlShape.Items(node))
        {
            if (YamlShape.Text(item, "a day", problems) is not { } text)
                continue;
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
            {
                var ends = part.Split('-', StringSplitOptions.TrimEntries);
                var (from, to) = (Day(ends[0]), Day(ends[^1]));
                if (from < 0 || to < 0 || ends.Length > 2)
                {
                    problems.Error(item.Position, $"'{part}' is not a day", "as in mon, sat or mon-fri");
                    continue;
                }
                for (var day = from; ; day = (day + 1) % 7)
                {
                    days.Add((DayOfWeek)day);
                    if (day == to)
                        break;
                }
            }
        }
        return days;
    }

    private static int Day(string text) =>
        Array.FindIndex(Names, name => text.Equals(name, StringComparison.OrdinalIgnoreCase)
            || text.Equals(((DayOfWeek)Array.IndexOf(Names, name)).ToString(), StringComparison.OrdinalIgnoreCase));

    private static List<TimeCondition.Hours> Hours(YamlNode node, SourceProblems problems)
    {
        var ranges = new List<TimeCondition.Hours>();
        foreach (var item in YamlShape.Items(node))
        {
            if (YamlShape.Text(item, "'hours'", problems) is not { } text)
                continue;
            var ends = text.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length == 2 && Clock(ends[0]) is { } from && Clock(ends[1]) is { } to && from != to)
                ranges.Add(new TimeCondition.Hours(from, to));
            else
                problems.Error(item.Position, $"'{text}' is not a span of hours", "as in \"09:00-17:00\"");
        }
        return ranges;
    }

    private static TimeOnly? Clock(string text) => text switch
    {
        "24:00" => TimeOnly.MaxValue,
        _ => TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null,
    };
}

using System.Globalization;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>
/// <c>time: {days: mon-fri, hours: "09:00-17:00", zone: Europe/Berlin}</c>. Hours may
/// span midnight; then the day is that of their beginning.
/// </summary>
internal sealed class TimeCondition(
    SourcePosition position, IReadOnlySet<DayOfWeek>? days, IReadOnlyList<TimeCondition.Hours> hours, TimeZoneInfo zone, string written)
    : Condition(position, "time")
{
    public override int Cost => FactCost.Envelope;

    public override string Pattern => written;

    public override string Actual(EvaluationState state) =>
        TimeZoneInfo.ConvertTime(state.Now, zone).ToString("ddd HH:mm zzz", CultureInfo.InvariantCulture);

    protected override Truth Ask(EvaluationState state)
    {
        var local = TimeZoneInfo.ConvertTime(state.Now, zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (hours.Count == 0)
            return OnDay(local.DayOfWeek) ? Truth.True : Truth.False;
        foreach (var range in hours)
        {
            if (range.From <= range.To ? time >= range.From && time < range.To && OnDay(local.DayOfWeek)
                : OverMidnight(range, time, local.DayOfWeek))
                return Truth.True;
        }
        return Truth.False;
    }

    private bool OverMidnight(Hours range, TimeOnly time, DayOfWeek day) =>
        time >= range.From ? OnDay(day) : time < range.To && OnDay((DayOfWeek)(((int)day + 6) % 7));

    private bool OnDay(DayOfWeek day) => days is null || days.Contains(day);

    /// <param name="To">Exclusive. 24:00 is represented by the last instant of the day.</param>
    internal readonly record struct Hours(TimeOnly From, TimeOnly To);
}

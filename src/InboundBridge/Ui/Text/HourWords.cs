using System.Globalization;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Ui.Text;

/// <summary>The last hour of a destination in words.</summary>
internal static class HourWords
{
    /// <summary>Minutes over which the rate is measured; the one that is not over yet does not count.</summary>
    private const int RateMinutes = 10;

    /// <summary>As in <c>109 delivered, 98.2 %</c>.</summary>
    public static string Of(DestinationHour hour)
    {
        var (delivered, other) = (hour.Delivered.Sum(), hour.NotDelivered.Sum());
        return delivered + other == 0 ? "no attempt" : $"{NumberText.Count(delivered)} delivered, {Success(hour)}";
    }

    /// <summary>Attempts of the hour that delivered, as in <c>98.2 %</c>; a dash without any attempt.</summary>
    public static string Success(DestinationHour hour)
    {
        var (delivered, other) = (hour.Delivered.Sum(), hour.NotDelivered.Sum());
        return delivered + other == 0
            ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * delivered / (delivered + other):0.#} %");
    }

    /// <summary>Deliveries of the last minutes, as in <c>2.4/min</c>.</summary>
    public static string Rate(DestinationHour hour) => string.Create(
        CultureInfo.InvariantCulture, $"{hour.Delivered.SkipLast(1).TakeLast(RateMinutes).Sum() / (double)RateMinutes:#,0.#}/min");
}

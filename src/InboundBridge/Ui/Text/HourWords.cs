using System.Globalization;
using InboundBridge.Operations.Traffic;

namespace InboundBridge.Ui.Text;

/// <summary>The last hour of a destination in words.</summary>
internal static class HourWords
{
    public static string Of(DestinationHour hour)
    {
        var (delivered, other) = (hour.Delivered.Sum(), hour.NotDelivered.Sum());
        return delivered + other == 0 ? "no attempt"
            : string.Create(
                CultureInfo.InvariantCulture, $"{NumberText.Count(delivered)} delivered, {100.0 * delivered / (delivered + other):0.#} %");
    }
}

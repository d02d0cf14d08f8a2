using System.Collections;
using System.Globalization;
using InboundBridge.MailFlow.Delivery;

namespace InboundBridge.Logging;

/// <summary>Values as text, the same in both formats.</summary>
internal static class FieldValue
{
    /// <summary>A log line is for reading; what a peer sends may be megabytes.</summary>
    public const int LongestText = 2048;

    public static string Of(object? value) => Cut(value switch
    {
        null => string.Empty,
        string text => text,
        DateTimeOffset instant => TimeText.Of(instant),
        TimeSpan duration => duration.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture) + "s",
        Enum word => word.ToString().ToLowerInvariant(),
        bool yes => yes ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => string.Join(',', items.Cast<object?>().Take(50).Select(Of)),
        _ => value.ToString() ?? string.Empty,
    });

    public static string Cut(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…");
}

using System.Collections;
using System.Globalization;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.Logging;

/// <summary>Turns field values into text, the same in both formats.</summary>
internal static class FieldValue
{
    /// <summary>Characters. Log lines are for reading, but a peer may send megabytes.</summary>
    public const int LongestText = 2048;

    /// <summary>Characters: no number, address or word of ours is longer. Longer text is allocated as a string.</summary>
    public const int Room = 256;

    public const string SecondsFormat = "0.######";

    public static string Of(object? value) => Cut(value switch
    {
        null => string.Empty,
        string text => text,
        DateTimeOffset instant => TimeText.Of(instant),
        TimeSpan duration => duration.TotalSeconds.ToString(SecondsFormat, CultureInfo.InvariantCulture) + "s",
        Enum word => word.ToString().ToLowerInvariant(),
        bool yes => yes ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => string.Join(',', items.Cast<object?>().Take(50).Select(Of)),
        _ => value.ToString() ?? string.Empty,
    });

    /// <summary>The same text, without allocating a string where possible.</summary>
    /// <param name="room">A buffer of <see cref="Room"/> characters; the text may be written into it.</param>
    public static ReadOnlySpan<char> Of(object? value, Span<char> room)
    {
        if (value is DateTimeOffset instant)
        {
            TimeText.Write(instant, room);
            return room[..TimeText.Length];
        }
        // A duration is shown in seconds, which is not its own format.
        if (value is ISpanFormattable formattable and not TimeSpan)
        {
            var first = room[..(Room / 2)];
            var second = room[first.Length..];
            if (formattable.TryFormat(first, out var length, format: default, CultureInfo.InvariantCulture))
                return value is Enum ? second[..((ReadOnlySpan<char>)first[..length]).ToLowerInvariant(second)] : first[..length];
        }
        return Of(value);
    }

    public static string Cut(string text) => CutText.ThenEllipsis(text, LongestText);
}

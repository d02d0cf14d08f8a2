using System.Globalization;

namespace InboundBridge.MailFlow.Text;

/// <summary>
/// Writes times as <c>2026-01-02T03:04:05.678Z</c>, UTC with milliseconds, for payloads and the log. Every message and every log line has
/// such a time, so it is made from the round-trip format, which .NET writes without parsing a format string.
/// </summary>
public static class TimeText
{
    /// <summary>Characters of a time.</summary>
    public const int Length = 24;

    private const int RoundTripLength = 28;

    /// <param name="text">At least <see cref="Length"/> characters.</param>
    public static void Write(DateTimeOffset time, Span<char> text)
    {
        Span<char> roundTrip = stackalloc char[RoundTripLength];
        time.UtcDateTime.TryFormat(roundTrip, out _, "O", CultureInfo.InvariantCulture);
        roundTrip[..(Length - 1)].CopyTo(text);
        text[Length - 1] = 'Z';
    }

    /// <param name="text">At least <see cref="Length"/> octets.</param>
    public static void Write(DateTimeOffset time, Span<byte> text)
    {
        Span<byte> roundTrip = stackalloc byte[RoundTripLength];
        time.UtcDateTime.TryFormat(roundTrip, out _, "O", CultureInfo.InvariantCulture);
        roundTrip[..(Length - 1)].CopyTo(text);
        text[Length - 1] = (byte)'Z';
    }

    public static string Of(DateTimeOffset time) => string.Create(Length, time, static (text, time) => Write(time, text));
}

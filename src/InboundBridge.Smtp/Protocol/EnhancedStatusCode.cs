using System.Globalization;

namespace InboundBridge.Smtp.Protocol;

/// <summary>An enhanced mail system status code, <c>class.subject.detail</c> (RFC 3463 §2).</summary>
/// <param name="Class">2 success, 4 persistent transient failure, 5 permanent failure.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedStatusCode(int Class, int Subject, int Detail)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    /// <summary>Reads <c>5.1.1</c>; false when the text is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatusCode code)
    {
        code = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3)
            return false;
        if (!TryNumber(text[parts[0]], out var status) || !TryNumber(text[parts[1]], out var subject)
            || !TryNumber(text[parts[2]], out var detail))
            return false;
        if (status is not (2 or 4 or 5))
            return false;
        code = new EnhancedStatusCode(status, subject, detail);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && digits.Length <= 3;
}

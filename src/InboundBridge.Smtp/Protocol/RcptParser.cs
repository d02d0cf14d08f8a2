using System.Buffers;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses RCPT with its parameters.</summary>
internal static class RcptParser
{
    /// <summary>RFC 3461 §4.2.</summary>
    private const int LongestOriginalRecipient = 500;

    private static readonly SearchValues<char> AddressType =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <param name="text">The text after <c>TO:</c>.</param>
    /// <param name="smtpUtf8">Whether MAIL asked for SMTPUTF8.</param>
    /// <param name="syntax">Which addresses are accepted.</param>
    public static (RcptCommand? Command, SmtpReply? Error) Parse(ReadOnlySpan<char> text, bool smtpUtf8, SmtpAddressSyntax syntax)
    {
        if (!SmtpPath.TryRead(ref text, syntax, out var path, out var nonAscii) || path is null)
            return (null, SmtpReplies.BadRecipient);
        var notify = DsnNotify.Unspecified;
        string? original = null;
        var parameters = new EsmtpParameters(text);
        while (parameters.MoveNext())
        {
            if (parameters.Is("NOTIFY"))
            {
                if (notify != DsnNotify.Unspecified || Notify(parameters.Value) is not { } given)
                    return (null, SmtpReplies.BadParameter);
                notify = given;
            }
            else if (parameters.Is("ORCPT"))
            {
                if (original is not null || (original = OriginalRecipient(parameters.Value)) is null)
                    return (null, SmtpReplies.BadParameter);
            }
            else
            {
                return (null, SmtpReplies.UnknownParameter);
            }
        }
        if (parameters.Malformed)
            return (null, SmtpReplies.BadParameter);
        if (nonAscii && !smtpUtf8)
            return (null, SmtpReplies.NeedsUtf8);
        return (new RcptCommand(path) { Notify = notify, OriginalRecipient = original }, null);
    }

    /// <summary>RFC 3461 §4.1: NEVER can't be combined with other values.</summary>
    private static DsnNotify? Notify(ReadOnlySpan<char> value)
    {
        var notify = DsnNotify.Unspecified;
        foreach (var range in value.Split(','))
        {
            var word = value[range];
            var flag = word.Equals("NEVER", StringComparison.OrdinalIgnoreCase) ? DsnNotify.Never
                : word.Equals("SUCCESS", StringComparison.OrdinalIgnoreCase) ? DsnNotify.Success
                : word.Equals("FAILURE", StringComparison.OrdinalIgnoreCase) ? DsnNotify.Failure
                : word.Equals("DELAY", StringComparison.OrdinalIgnoreCase) ? DsnNotify.Delay
                : DsnNotify.Unspecified;
            if (flag == DsnNotify.Unspecified || (notify & flag) != DsnNotify.Unspecified)
                return null;
            notify |= flag;
        }
        return notify.HasFlag(DsnNotify.Never) && notify != DsnNotify.Never ? null : notify;
    }

    private static string? OriginalRecipient(ReadOnlySpan<char> value)
    {
        var semicolon = value.IndexOf(';');
        if (semicolon <= 0 || value.Length > LongestOriginalRecipient || value[..semicolon].ContainsAnyExcept(AddressType))
            return null;
        return Xtext.Decode(value[(semicolon + 1)..]) is { Length: > 0 } address
            ? $"{value[..semicolon].ToString().ToLowerInvariant()};{address}"
            : null;
    }
}
